/// What can be wrong with a weight file. Every case names the tensor or the place and the reason.
public enum WeightFileError: Error, Equatable, Sendable {
  /// The file cannot be opened or read; the system's reason.
  case unreadable(path: String, reason: String)
  /// The file ends before `what` does.
  case truncated(what: String, expectedBytes: Int, actualBytes: Int)
  /// The header's length is not one that a weight file has.
  case unacceptableHeaderLength(UInt64)
  /// The header is not the JSON that the format asks for; byte offset inside the header and reason.
  case malformedHeader(offset: Int, reason: String)
  /// Two tensors, or two keys, of one name.
  case duplicate(name: String)
  /// A tensor that the network needs is not in the file.
  case missing(tensor: String)
  /// A tensor of another shape than the network needs.
  case wrongShape(tensor: String, expected: [Int], actual: [Int])
  /// A type of number that is not supported here.
  case unsupportedType(tensor: String, type: String)
  /// A tensor whose place or size in the file makes no sense.
  case malformedTensor(tensor: String, reason: String)
  /// A value that is not a number or infinite, and its index.
  case notFinite(tensor: String, index: Int)
  /// Metadata that contradict the network.
  case wrongMetadata(key: String, expected: String, actual: String)
}

extension WeightFileError: CustomStringConvertible {
  /// One sentence for people.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .truncated(let what, let expected, let actual):
      "the file is cut off: \(what) needs \(expected) bytes, there are \(actual)"
    case .unacceptableHeaderLength(let length):
      "a header of \(length) bytes: this is not a safetensors file, or it is damaged"
    case .malformedHeader(let offset, let reason): "header, byte \(offset): \(reason)"
    case .duplicate(let name): "\(name) is in the file twice"
    case .missing(let tensor): "tensor \(tensor) is missing"
    case .wrongShape(let tensor, let expected, let actual):
      "tensor \(tensor) has shape \(actual), the network needs \(expected)"
    case .unsupportedType(let tensor, let type):
      "tensor \(tensor) has type \(type); F16, BF16 and F32 are supported"
    case .malformedTensor(let tensor, let reason): "tensor \(tensor): \(reason)"
    case .notFinite(let tensor, let index):
      "tensor \(tensor) holds a value that is not finite, at index \(index)"
    case .wrongMetadata(let key, let expected, let actual):
      "metadata \(key) is \"\(actual)\", the network needs \"\(expected)\""
    }
  }
}
