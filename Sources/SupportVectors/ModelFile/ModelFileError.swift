import DurableFiles

/// What can be wrong with a model file. Every case names the file.
public enum ModelFileError: Error, Equatable, Sendable {
  /// The file cannot be opened or read; the reason.
  case unreadable(path: String, reason: String)
  /// The file does not begin as a model file does.
  case notAModel(path: String)
  /// A version that this program does not read.
  case unsupportedVersion(path: String, version: UInt32, supported: UInt32)
  /// The file is not as long as its own sizes make it.
  case wrongSize(path: String, expectedBytes: Int, actualBytes: Int)
  /// The file was damaged.
  case wrongChecksum(path: String)
  /// A part of the file makes no sense; which, and why.
  case malformed(path: String, field: String, reason: String)
  /// The model has a part that the format cannot hold; which, and why.
  case unwritable(path: String, part: String, reason: String)
  /// The file cannot be written.
  case file(FileWriteError)
}

extension ModelFileError: CustomStringConvertible {
  /// One sentence for people.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read the model \(path): \(reason)"
    case .notAModel(let path): "\(path) is not a support vector model"
    case .unsupportedVersion(let path, let version, let supported):
      "\(path) is a model of version \(version), this program reads version \(supported)"
    case .wrongSize(let path, let expected, let actual):
      "the model \(path) should have \(expected) bytes and has \(actual): it is cut off or damaged"
    case .wrongChecksum(let path): "the model \(path) is damaged: its checksum is wrong; copy it again"
    case .malformed(let path, let field, let reason): "the model \(path): \(field): \(reason)"
    case .unwritable(let path, let part, let reason): "cannot write the model \(path): \(part): \(reason)"
    case .file(let error): error.description
    }
  }
}
