import NeuralNetwork
import Training
import WeightExchange

/// Reads weights to start from, whatever the format.
enum StartingWeights {
  /// - Parameters:
  ///   - path: Their file.
  ///   - isContinued: Whether their network is trained further, its last layer included.
  /// - Returns: The tensors, and which pictures trained them.
  static func read(
    _ path: String, isContinued: Bool
  ) throws -> (tensors: [NamedTensor], parts: StartingParts) {
    if TrainedModel.isKeras(path) {
      let tensors = try KerasWeights(path: path).tensors
      return (tensors, StartingParts(keras: tensors, isContinued: isContinued))
    }
    let file = try TrainedModel.read(path)
    let origin = try TrainedModel.origin(of: file, path: path)
    do { return (try file.namedTensors(), .said(origin)) } catch {
      throw TrainedModelError.weights(path: path, error)
    }
  }
}
