/// Why an event cannot be written.
public enum TensorBoardError: Error, Equatable, Sendable {
  /// The system refuses: what was tried, on which file or folder, its reason.
  case notWritable(path: String, operation: String, reason: String)
  /// The writer was closed before.
  case closed(path: String)
}

extension TensorBoardError: CustomStringConvertible {
  /// One sentence for people.
  public var description: String {
    switch self {
    case .notWritable(let path, let operation, let reason): "cannot \(operation) \(path): \(reason)"
    case .closed(let path): "\(path) is closed already; nothing more can be logged into it"
    }
  }
}
