import Glibc

/// The last words that another program wrote to a pipe.
final class MessageTail {
  private static let maximumBytes = 4096

  /// -1 once the pipe is at its end.
  private(set) var openDescriptor: Int32
  private var bytes: [UInt8] = []

  /// - Parameter descriptor: Non-blocking; not owned.
  init(descriptor: Int32) { openDescriptor = descriptor }

  /// Takes what is there without waiting.
  func drain() {
    var piece = [UInt8](repeating: 0, count: 1024)
    while openDescriptor >= 0 {
      let count = read(openDescriptor, &piece, piece.count)
      if count > 0 {
        bytes.append(contentsOf: piece[..<count])
        if bytes.count > 2 * Self.maximumBytes { bytes.removeFirst(bytes.count - Self.maximumBytes) }
      } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
        openDescriptor = -1
      } else if errno == EAGAIN {
        return
      }
    }
  }

  /// The last lines, the oldest first, in printable characters.
  func lastLines(_ count: Int) -> [String] {
    bytes.split(separator: UInt8(ascii: "\n")).suffix(count).map { String(printable: $0, maximumLength: 300) }
  }
}
