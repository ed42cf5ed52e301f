import Foundation

/// Files that appear whole or not at all.
public enum AtomicFile {
  private static let serial = SerialNumber()

  /// Writes bytes under a temporary name in the same folder, brings them to the disk and gives them their
  /// name; a file of that name is replaced.
  ///
  /// - Parameters:
  ///   - bytes: The whole content.
  ///   - path: Where to; its folder must exist.
  /// - Throws: ``FileWriteError``; the temporary file is gone then.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileWriteError) {
    try checkDestination(path)
    let folder = folder(of: path)
    let temporary = folder + "/.evaluation-\(getpid())-\(serial.next()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw FileWriteError(systemCall: "open", path: path, errno: errno) }
    do throws(FileWriteError) {
      defer { close(descriptor) }
      try writeAll(bytes, to: descriptor, path: path)
      guard fsync(descriptor) == 0 else {
        throw FileWriteError(systemCall: "fsync", path: path, errno: errno)
      }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw FileWriteError(systemCall: "rename", path: path, errno: code)
    }
    // The name is brought to the disk too; a file system that cannot do that has still done the rest.
    let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folderDescriptor >= 0 {
      fsync(folderDescriptor)
      close(folderDescriptor)
    }
  }

  /// Writes text as UTF-8; see ``write(_:to:)-([UInt8],_)``.
  ///
  /// - Throws: ``FileWriteError``; the temporary file is gone then.
  public static func write(_ text: String, to path: String) throws(FileWriteError) {
    try write(Array(text.utf8), to: path)
  }

  static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileWriteError) {
    let failure: Int32? = bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let count = Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        written += count
      }
      return nil
    }
    if let failure { throw FileWriteError(systemCall: "write", path: path, errno: failure) }
  }

  /// A rename would put a regular file in the place of a device or a pipe.
  private static func checkDestination(_ path: String) throws(FileWriteError) {
    var status = stat()
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw .systemCall(name: "open", path: path, errno: EINVAL)
    }
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw FileWriteError(systemCall: "stat", path: path, errno: errno) }
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw .notAFile(path: path, what: "a folder")
    default: throw .notAFile(path: path, what: "a device, pipe or socket")
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/." : String(path[..<slash])
  }
}

/// Numbers that tell apart the temporary files of one process.
///
/// Unchecked because of the mutable count: it is only touched under the lock.
private final class SerialNumber: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  func next() -> Int {
    lock.withLock {
      count += 1
      return count
    }
  }
}
