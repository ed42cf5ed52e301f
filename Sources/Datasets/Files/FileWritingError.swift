import Glibc

/// Why a file could not be written. What stood under its name before still stands there.
public enum FileWritingError: Error, Equatable, Sendable {
  case notFound(path: String)
  case notPermitted(path: String)
  /// The disk, or the user's share of it, is full.
  case noSpace(path: String, neededBytes: Int?)
  case systemCall(name: String, path: String, errno: Int32)
  /// Fewer or more values than the shape in the header says.
  case wrongValueCount(path: String, expected: Int, actual: Int)

  init(_ call: String, path: String, errno: Int32, neededBytes: Int? = nil) {
    switch errno {
    case ENOENT, ENOTDIR: self = .notFound(path: path)
    case EACCES, EPERM, EROFS: self = .notPermitted(path: path)
    case ENOSPC, EDQUOT, EFBIG: self = .noSpace(path: path, neededBytes: neededBytes)
    default: self = .systemCall(name: call, path: path, errno: errno)
    }
  }
}

extension FileWritingError: CustomStringConvertible {
  /// The path, what is wrong and what to do, in one line.
  public var description: String {
    switch self {
    case .notFound(let path): "\(path): the folder that it should be written to does not exist; make it first"
    case .notPermitted(let path): "\(path): permission denied"
    case .noSpace(let path, let neededBytes):
      "\(path): no space left on the disk"
        + (neededBytes.map { "; the file needs \(($0 + (1 << 20) - 1) >> 20) MiB" } ?? "")
    case .systemCall(let name, let path, let errno):
      "\(path): \(name) failed: \(String(cString: strerror(errno)))"
    case .wrongValueCount(let path, let expected, let actual):
      "\(path): \(actual) values were written where its shape has \(expected)"
    }
  }
}
