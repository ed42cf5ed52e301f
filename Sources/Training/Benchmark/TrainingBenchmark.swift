import NeuralNetwork
import Tensors

/// Steps of VGG19 with batch norm on one fixed batch: what training costs, comparable with other programs.
public final class TrainingBenchmark {
  /// Pictures of a step.
  public let batchSize: Int
  private let network: SequentialNetwork
  private let optimizer: Optimizer
  private let inputs: FloatStorage
  private let targets: [Float]
  private var gradient: [Float]

  private static let classCount = 7
  private static let learningRate: Float = 0.01

  /// - Parameters:
  ///   - batchSize: Pictures of a step, at least 1.
  ///   - weights: Where the parameters begin, by their names; nil for random ones.
  ///   - pool: Who computes.
  /// - Throws: `WeightFileError`.
  public init(batchSize: Int, weights: Safetensors?, pool: WorkerPool) throws {
    precondition(batchSize > 0)
    self.batchSize = batchSize
    let store = ParameterStore(seed: 1)
    let layers = VGG19.layers(form: VGG19.TrainingForm(), classCount: Self.classCount, store: store)
    if let weights {
      for parameter in layers.flatMap(\.parameters) {
        parameter.setRowMajor(try weights.tensor(parameter.name, shape: parameter.shape).array)
      }
    }
    network = SequentialNetwork(layers: layers, maximumImages: batchSize, pool: pool)
    optimizer = Optimizer(
      settings: .nesterov(momentum: 0.9, weightDecay: 5e-4), parameters: layers.flatMap(\.parameters),
      pool: pool)
    inputs = FloatStorage(NetworkBenchmark.pictures(batchSize))
    targets = (0..<batchSize).flatMap {
      SoftmaxCrossEntropy.target(label: $0 % Self.classCount, classCount: Self.classCount)
    }
    gradient = [Float](repeating: 0, count: targets.count)
  }

  /// One step: forward, backward, update.
  ///
  /// - Returns: How long it took, and the loss before the update.
  public func step() -> (seconds: Double, loss: Double) {
    let start = ContinuousClock.now
    let logits = network.forward(inputs.base, images: batchSize, isTraining: true)
    let loss = targets.withUnsafeBufferPointer {
      SoftmaxCrossEntropy.loss(
        logits: logits, targets: $0, classCount: Self.classCount, gradient: &gradient)
    }
    network.backward(input: inputs.base, outputGradient: gradient, images: batchSize)
    optimizer.step(learningRate: Self.learningRate)
    return ((ContinuousClock.now - start).seconds, loss)
  }
}
