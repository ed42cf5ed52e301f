import NeuralNetwork
import Training
import WeightExchange

/// Reads weights to start from, whatever the format.
enum StartingWeights {
  /// - Returns: The tensors, and which pictures trained them: Keras's files are another network's.
  static func read(_ path: String) throws -> (tensors: [NamedTensor], parts: StartingParts) {
    if TrainedModel.isKeras(path) {
      return (try KerasWeights(path: path).tensors, .foreign)
    }
    let file = try TrainedModel.read(path)
    let parts = try TrainedModel.trainingParts(of: file, path: path)
    do {
      return (try file.namedTensors(), parts.map { .known($0) } ?? .unknown)
    } catch { throw TrainedModelError.weights(path: path, error) }
  }
}
