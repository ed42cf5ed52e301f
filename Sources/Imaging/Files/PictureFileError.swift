import Glibc

/// Why a picture file cannot be shown.
public enum PictureFileError: Error, Equatable, Sendable {
  case notFound(path: String)
  case notPermitted(path: String)
  /// A directory, device, pipe or socket: what it is.
  case notAFile(path: String, what: String)
  case tooLarge(path: String, byteCount: Int, maximumBytes: Int)
  /// A system call failed with an error that has no case of its own.
  case systemCall(name: String, path: String, errno: Int32)
  /// It was read, but its content is no picture that can be shown.
  case notAPicture(path: String, ImagingError)

  /// The file.
  public var path: String {
    switch self {
    case .notFound(let path), .notPermitted(let path), .notAFile(let path, _), .tooLarge(let path, _, _),
      .systemCall(_, let path, _), .notAPicture(let path, _):
      path
    }
  }

  /// What is wrong, without the path.
  public var reason: String {
    switch self {
    case .notFound: "there is no such file"
    case .notPermitted: "permission denied"
    case .notAFile(_, let what): "this is \(what), not a picture file"
    case .tooLarge(_, let byteCount, let maximumBytes):
      "the file is too large (\(byteCount >> 20) MiB, at most \(maximumBytes >> 20) MiB)"
    case .systemCall(let name, _, let errno): "\(name) failed: \(String(cString: strerror(errno)))"
    case .notAPicture(_, let error): error.description
    }
  }
}

extension PictureFileError: CustomStringConvertible {
  /// The path and what is wrong, in one line.
  public var description: String { "\(path): \(reason)" }
}
