import NeuralNetwork
import Tensors
import WeightExchange

/// Puts batch norm into a VGG19 whose file has none, or has it folded in, so that training goes on from what the file's
/// network computes: the inverse of ``BatchNormFolding``, up to the batch that the moments are taken from.
enum BatchNormInsertion {
  /// Sets up norms of a network whose convolutions have the file's weights.
  ///
  /// - Parameters:
  ///   - network: VGG19 with batch norm.
  ///   - tensors: The file's; the biases of its convolutions are what the norms add.
  ///   - inputs: [images, input shape], like those of training.
  ///   - images: How many, at least 2.
  ///   - onlyFrozen: Whether norms that are trained are left as they begin.
  ///   - pool: Who computes.
  /// - Throws: ``ExperimentError`` for a bias that is missing or of the wrong size.
  static func setNorms(
    of network: SequentialNetwork, from tensors: [NamedTensor], inputs: UnsafePointer<Float>, images: Int,
    onlyFrozen: Bool = false, pool: WorkerPool
  ) throws(ExperimentError) {
    var biases: [String: [Float]] = [:]
    for case let norm as BatchNormalizationLayer in network.layers where norm.isFrozen || !onlyFrozen {
      let name = norm.name.replacing("_norm", with: "_conv") + ".bias"
      guard let tensor = tensors.first(where: { $0.name == name }) else { throw .missing(tensor: name) }
      let shape = [norm.inputShape.channels]
      guard tensor.shape == shape else {
        throw .wrongShape(tensor: name, expected: shape, found: tensor.shape)
      }
      biases[norm.name] = tensor.values.array
    }
    network.forward(inputs, images: images, isTraining: false) { layer, input in
      guard let norm = layer as? BatchNormalizationLayer, let bias = biases[norm.name] else { return }
      norm.becomeBias(bias, onBatch: input, images: images, pool: pool)
    }
  }
}
