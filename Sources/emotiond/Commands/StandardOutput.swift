import Glibc

/// Standard output of commands that print and end, where every byte counts: `print` drops what cannot be written.
enum StandardOutput {
  /// Why nothing more can be written.
  struct Failure: Error, CustomStringConvertible {
    let errno: Int32
    /// Who reads has seen enough: `emotiond history | head`.
    var isReaderGone: Bool { errno == EPIPE }
    var description: String { "standard output: \(String(cString: strerror(errno)))" }
  }

  /// Writes all bytes.
  static func write(_ bytes: [UInt8]) throws(Failure) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(STDOUT_FILENO, $0.baseAddress! + written, $0.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(errno: errno) }
      written += count
    }
  }
}
