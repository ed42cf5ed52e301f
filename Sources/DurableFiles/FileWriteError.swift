import Glibc

/// Why a file was not written. What was there before is untouched, and nothing half-written is left.
public enum FileWriteError: Error, Equatable, Sendable {
  /// The folder that the file was to go into does not exist.
  case missingFolder(path: String)
  /// The folder may not be written to.
  case notPermitted(path: String)
  /// The disk, or the user's share of it, is full.
  case diskFull(path: String, neededBytes: Int? = nil)
  /// The file system is mounted read-only.
  case readOnly(path: String)
  /// Something stands there that a file must not replace: what it is.
  case notAFile(path: String, what: String)
  /// A system call failed with an error that has no case of its own.
  case systemCall(name: String, path: String, errno: Int32)

  /// The file that was to be written.
  public var path: String {
    switch self {
    case .missingFolder(let path), .notPermitted(let path), .diskFull(let path, _), .readOnly(let path),
      .notAFile(let path, _), .systemCall(_, let path, _):
      path
    }
  }

  init(systemCall name: String, path: String, errno code: Int32) {
    switch code {
    case ENOENT, ENOTDIR: self = .missingFolder(path: path)
    case EACCES, EPERM: self = .notPermitted(path: path)
    case ENOSPC, EDQUOT, EFBIG: self = .diskFull(path: path)
    case EROFS: self = .readOnly(path: path)
    default: self = .systemCall(name: name, path: path, errno: code)
    }
  }
}

extension FileWriteError: CustomStringConvertible {
  /// What failed, on what, and what to do, in one line.
  public var description: String {
    let reason =
      switch self {
      case .missingFolder: "its folder does not exist; create it first"
      case .notPermitted: "permission denied; choose a folder that you may write to"
      case .diskFull(_, let neededBytes):
        "the disk is full; free some space or choose another folder"
          + (neededBytes.map { ": the file needs \(($0 + (1 << 20) - 1) >> 20) MiB" } ?? "")
      case .readOnly: "the file system is read-only; choose another folder"
      case .notAFile(_, let what): "\(what) is in the way; choose another name"
      case .systemCall(let name, _, let code): "\(name) failed: \(String(cString: strerror(code)))"
      }
    return "cannot write \(path): \(reason)"
  }
}
