import Glibc

/// A file of whole lines, which a program appends to that may be killed at any moment.
///
/// A line is written in pieces, so the last one may be cut where the program was killed or the machine stopped. Who
/// opens the file next cuts that piece off: every line that a reader finds is a whole one.
public enum LineFile {
  /// Why a file cannot be taken over, or written.
  public enum Failure: Error, Equatable, CustomStringConvertible {
    /// Another program appends to it now.
    case inUse
    /// The system refused a call: a full disk, a missing folder.
    case system(call: String, errno: Int32)

    /// What is wrong, for people.
    public var description: String {
      switch self {
      case .inUse: "another program writes to it; name another file"
      case .system(let call, let errno): "\(call) failed: \(String(cString: strerror(errno)))"
      }
    }
  }

  private static let chunkBytes = 65_536

  /// Keeps other programs of this kind from a file until ``close(_:)``, or the end of the process, and cuts off a last
  /// line without its line feed. Nothing is done to what is no regular file.
  ///
  /// - Parameter descriptor: Open for reading and writing.
  public static func takeOver(_ descriptor: Int32) throws(Failure) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(call: "fstat", errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { return }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw errno == EWOULDBLOCK ? .inUse : .system(call: "flock", errno: errno)
    }
    let whole = try endOfLastLine(descriptor, size: Int(status.st_size))
    if whole < Int(status.st_size), ftruncate(descriptor, whole) != 0 {
      throw .system(call: "ftruncate", errno: errno)
    }
  }

  /// Closes a file that was taken over, so that it can be taken over again at once: a child process that begins at this
  /// moment has a copy of the descriptor until it runs its own program, and the lock would stay for as long.
  public static func close(_ descriptor: Int32) {
    flock(descriptor, LOCK_UN)
    Glibc.close(descriptor)
  }

  /// One past the last line feed; 0 without one.
  private static func endOfLastLine(_ descriptor: Int32, size: Int) throws(Failure) -> Int {
    var chunk = [UInt8](repeating: 0, count: chunkBytes)
    var end = size
    while end > 0 {
      let start = max(end - chunkBytes, 0)
      var read = 0
      while read < end - start {
        let count = chunk.withUnsafeMutableBytes {
          pread(descriptor, $0.baseAddress! + read, end - start - read, start + read)
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw .system(call: "pread", errno: count < 0 ? errno : EIO) }
        read += count
      }
      if let last = chunk[..<read].lastIndex(of: UInt8(ascii: "\n")) { return start + last + 1 }
      end = start
    }
    return 0
  }
}
