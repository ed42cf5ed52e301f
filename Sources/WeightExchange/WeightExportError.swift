import DurableFiles

/// Why weights cannot be written. Every case names the tensor or the file and the reason.
public enum WeightExportError: Error, Equatable, Sendable {
  /// The file cannot be written.
  case file(FileWriteError)
  /// Two tensors of one name.
  case duplicate(tensor: String)
  /// A name that the format keeps for itself, or an empty one.
  case unusableName(String)
  /// A dimension of zero, which readers of the format refuse.
  case emptyTensor(tensor: String, shape: [Int])
  /// A value that is not a number or infinite, and its index.
  case notFinite(tensor: String, index: Int)
  /// A value that half precision would round to infinity, its index, and the value.
  case tooLargeForHalfPrecision(tensor: String, index: Int, value: Float)
  /// A tensor that the network needs was not given.
  case missing(tensor: String)
  /// A tensor of another shape than the network has; dimensions that may have any size are spelled out as text.
  case wrongShape(tensor: String, expected: String, actual: [Int])
  /// Another number of labels than the network has outputs.
  case wrongLabelCount(labels: Int, outputs: Int)
  /// More bytes than the format allows in one file.
  case tooLarge(bytes: Int, limit: Int)
}

extension WeightExportError: CustomStringConvertible {
  /// One sentence for people.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .duplicate(let tensor): "tensor \(tensor) is given twice; every tensor needs a name of its own"
    case .unusableName(let name): "\"\(name)\" cannot be a tensor's name"
    case .emptyTensor(let tensor, let shape): "tensor \(tensor) has shape \(shape), which holds no value"
    case .notFinite(let tensor, let index):
      "tensor \(tensor) holds a value that is not finite, at index \(index); the training diverged"
    case .tooLargeForHalfPrecision(let tensor, let index, let value):
      "tensor \(tensor) holds \(value) at index \(index), half precision ends at 65504; write single precision"
    case .missing(let tensor): "tensor \(tensor) is missing; the network cannot be exported without it"
    case .wrongShape(let tensor, let expected, let actual):
      "tensor \(tensor) has shape \(actual), the network needs \(expected)"
    case .wrongLabelCount(let labels, let outputs):
      "there are \(labels) labels for a network with \(outputs) outputs"
    case .tooLarge(let bytes, let limit): "\(bytes) bytes are more than the \(limit) that the format allows"
    }
  }
}
