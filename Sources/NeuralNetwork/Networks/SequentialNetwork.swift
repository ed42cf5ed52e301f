import Tensors

/// Layers one after the other, with the memory to train them: all activations of a batch are kept for the backward
/// pass. One thread uses a network at a time.
public final class SequentialNetwork {
  /// From the input on.
  public let layers: [any Layer]
  /// The largest batch.
  public let maximumImages: Int
  private let pool: WorkerPool
  /// Each layer's output.
  private let activations: [FloatStorage]
  /// Gradients by a layer's output and input take turns.
  private let gradients: [FloatStorage]
  private let workspace: FloatStorage

  /// - Parameters:
  ///   - layers: Each takes what the one before it gives; at least one.
  ///   - maximumImages: Memory is made for this many.
  ///   - isTrained: Whether ``backward(input:outputGradient:images:)`` will be called.
  ///   - pool: Who computes.
  public init(layers: [any Layer], maximumImages: Int, isTrained: Bool = true, pool: WorkerPool) {
    precondition(!layers.isEmpty && maximumImages > 0)
    for (layer, next) in zip(layers, layers.dropFirst()) {
      precondition(layer.outputShape.count == next.inputShape.count, "\(layer.name), \(next.name)")
    }
    self.layers = layers
    self.maximumImages = maximumImages
    self.pool = pool
    activations = layers.map { FloatStorage(zeros: maximumImages * $0.outputShape.count) }
    let largest = isTrained ? layers.map(\.outputShape.count).max() ?? 0 : 0
    gradients = (0..<2).map { _ in FloatStorage(zeros: maximumImages * largest) }
    workspace = FloatStorage(
      zeros: layers.map { $0.workspaceCount(images: maximumImages, workerCount: pool.workerCount) }.max() ?? 0
    )
  }

  /// What one image's input is.
  public var inputShape: ActivationShape { layers[0].inputShape }
  /// What one image's output is.
  public var outputShape: ActivationShape { layers[layers.count - 1].outputShape }

  /// All parameters, from the input on.
  public var parameters: [Parameter] { layers.flatMap(\.parameters) }
  /// All statistics, from the input on.
  public var statistics: [Parameter] { layers.flatMap(\.statistics) }

  /// Computes the outputs of a batch.
  ///
  /// - Parameters:
  ///   - input: [images, input shape].
  ///   - images: 1...``maximumImages``.
  ///   - isTraining: Whether batch norm uses the batch's moments and dropout drops.
  ///   - random: What dropout draws from; the same numbers give the same result.
  ///   - prepare: Sees each layer and its input before the layer computes, to set the layer up by it; nil for nobody.
  /// - Returns: [images, output shape]; valid until the next call.
  @discardableResult
  public func forward(
    _ input: UnsafePointer<Float>, images: Int, isTraining: Bool, random: SeededGenerator = .init(seed: 0),
    preparing prepare: ((any Layer, UnsafePointer<Float>) -> Void)? = nil
  ) -> UnsafeBufferPointer<Float> {
    precondition((1...maximumImages).contains(images))
    pool.gathering {
      for (index, layer) in layers.enumerated() {
        prepare?(layer, source(of: index, input))
        layer.forward(
          ForwardPass(
            input: source(of: index, input), output: activations[index].base, images: images,
            isTraining: isTraining, random: SeededGenerator(seed: random.state, stream: UInt64(index)),
            workspace: workspace.buffer, pool: pool))
      }
    }
    return UnsafeBufferPointer(
      start: activations[layers.count - 1].base, count: images * outputShape.count)
  }

  /// Computes the gradients of the parameters that are trained, after ``forward(_:images:isTraining:random:)`` of the
  /// same batch in training. Layers below the first that is trained are left out.
  ///
  /// - Parameters:
  ///   - input: What the forward pass got.
  ///   - outputGradient: The loss's gradient by the output.
  ///   - images: As in the forward pass.
  public func backward(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, images: Int
  ) {
    precondition((1...maximumImages).contains(images))
    guard let last = layers.firstIndex(where: { $0.parameters.contains(where: \.isTrained) }) else { return }
    precondition(gradients[0].count >= images * layers[last].outputShape.count, "built without training")
    pool.gathering {
      var current = outputGradient
      for index in stride(from: layers.count - 1, through: last, by: -1) {
        let target = index > last ? gradients[index % 2].base : nil
        layers[index].backward(
          BackwardPass(
            input: source(of: index, input), output: activations[index].base, outputGradient: current,
            inputGradient: target,
            computesParameterGradients: layers[index].parameters.contains(where: \.isTrained),
            images: images, workspace: workspace.buffer, pool: pool))
        if let target { current = UnsafePointer(target) }
      }
    }
  }

  private func source(of index: Int, _ input: UnsafePointer<Float>) -> UnsafePointer<Float> {
    index == 0 ? input : UnsafePointer(activations[index - 1].base)
  }
}
