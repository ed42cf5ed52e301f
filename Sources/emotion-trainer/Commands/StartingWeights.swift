import NeuralNetwork
import Training
import WeightExchange

/// Reads weights to start from, whatever the format.
enum StartingWeights {
  static func read(_ path: String) throws -> [NamedTensor] {
    if path.hasSuffix(".h5") || path.hasSuffix(".hdf5") { return try KerasWeights(path: path).tensors }
    let file = try TrainedModel.read(path)
    do { return try file.namedTensors() } catch {
      throw TrainedModelError.weights(path: path, error)
    }
  }
}
