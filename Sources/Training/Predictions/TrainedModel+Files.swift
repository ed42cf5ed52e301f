import NeuralNetwork
import WeightExchange

extension TrainedModel {
  /// Whether a name is one that Keras's HDF5 files have.
  public static func isKeras(_ path: String) -> Bool { path.hasSuffix(".h5") || path.hasSuffix(".hdf5") }

  /// Reads a weight file: safetensors, or Keras's HDF5 where the name ends so.
  ///
  /// - Throws: ``TrainedModelError``.
  public static func read(_ path: String) throws(TrainedModelError) -> Safetensors {
    if path.hasSuffix(".svm") { throw .supportVectors(path: path) }
    let bytes = isKeras(path) ? try kerasBytes(path) : nil
    do {
      if let bytes { return try Safetensors(bytes: bytes) }
      return try Safetensors(path: path)
    } catch {
      throw .weights(path: path, error)
    }
  }

  private static func kerasBytes(_ path: String) throws(TrainedModelError) -> [UInt8] {
    let tensors: [NamedTensor]
    do { tensors = try KerasWeights(path: path).tensors } catch { throw .keras(error) }
    do { return try SafetensorsWriter().bytes(tensors) } catch { throw .kerasTensor(path: path, error) }
  }
}
