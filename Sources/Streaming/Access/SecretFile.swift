import Glibc

/// Reads a file that only its owner should be able to read: a token, a key.
public enum SecretFile {
  /// Why a file is not taken; for people.
  public struct Failure: Error, Equatable, CustomStringConvertible {
    /// The file, what is wrong with it, and what to do.
    public let description: String
  }

  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - path: Of a regular file, or of a link to one.
  ///   - limitBytes: A larger file is none of the kind that is looked for.
  ///   - isSecret: Whether it has to belong to this account or to root, and may be read by nobody but these
  ///     and its group.
  public static func read(_ path: String, limitBytes: Int, isSecret: Bool = true) throws(Failure) -> [UInt8] {
    // Not blocking: a pipe under this name must not hang the program.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw system(path, "cannot be read", errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw system(path, "cannot be read", errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(description: "\(path): is no file") }
    if isSecret { try check(status, path) }
    var bytes = [UInt8](repeating: 0, count: limitBytes + 1)
    var count = 0
    while count < bytes.count {
      let more = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count)
      }
      if more < 0, errno == EINTR { continue }
      guard more >= 0 else { throw system(path, "cannot be read", errno) }
      if more == 0 { return Array(bytes[..<count]) }
      count += more
    }
    throw Failure(description: "\(path): is larger than \(limitBytes) bytes, and so no such file")
  }

  /// Reads a token: one line, spaces around it do not count.
  public static func token(at path: String) throws(Failure) -> AccessToken {
    let bytes = try read(path, limitBytes: 4096)
    let isSpace: (UInt8) -> Bool = { [0x09, 0x0A, 0x0D, 0x20].contains($0) }
    let trimmed = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
    do throws(AccessToken.Refusal) {
      return try AccessToken(String(decoding: Array(trimmed), as: UTF8.self))
    } catch {
      throw Failure(description: "\(path): \(error.description)")
    }
  }

  private static func check(_ status: stat, _ path: String) throws(Failure) {
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw Failure(description: "\(path): belongs to another account, which could change it; chown it")
    }
    // The group may read: services share keys with a group, and systemd's credentials show an access list there.
    guard status.st_mode & 0o037 == 0 else {
      throw Failure(description: "\(path): others than its owner can read or change it; chmod 600 it")
    }
  }

  private static func system(_ path: String, _ what: String, _ errno: Int32) -> Failure {
    Failure(description: "\(path): \(what): \(String(cString: strerror(errno)))")
  }
}
