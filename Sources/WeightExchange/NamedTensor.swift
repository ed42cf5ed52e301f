import NeuralNetwork
import Tensors

/// A tensor on its way between programs: a name, a shape and values in single precision.
///
/// Names and layouts are the project's: `block1_conv1.weight` [out, in, height, width], `.bias` [out],
/// `output_layer.weight` [out, in].
public struct NamedTensor: Sendable {
  /// The name it has in a weight file.
  public let name: String
  /// Its dimensions, outermost first; empty for a single number.
  public let shape: [Int]
  /// Its values, the last dimension's next to each other. Shared, so never written to once it is here.
  public let values: FloatStorage

  /// Takes a storage as it is, without a copy.
  ///
  /// - Precondition: The shape's product is the number of values.
  public init(name: String, shape: [Int], values: FloatStorage) {
    precondition(shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count)
    self.name = name
    self.shape = shape
    self.values = values
  }

  /// Copies an array.
  ///
  /// - Precondition: The shape's product is the number of values.
  public init(name: String, shape: [Int], values: [Float]) {
    self.init(name: name, shape: shape, values: FloatStorage(values))
  }
}

extension Safetensors {
  /// All tensors of the file, widened to single precision, in the order of their names.
  ///
  /// - Throws: ``WeightFileError/notFinite(tensor:index:)``.
  public func namedTensors() throws(WeightFileError) -> [NamedTensor] {
    var tensors: [NamedTensor] = []
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
      tensors.append(
        NamedTensor(name: name, shape: entry.shape, values: try tensor(name, shape: entry.shape)))
    }
    return tensors
  }
}
