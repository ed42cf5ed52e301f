import CV4L2
import Glibc

/// Reads frames from a pipe or file: waits where nothing is there, and can be woken while it waits.
///
/// It does not own its descriptors.
struct DescriptorFrameReader {
  enum Outcome {
    case item(ParsedItem)
    /// Nothing came for a second.
    case idle
    /// The stream is at its end.
    case end
    case stopped
  }

  private static let idleNanoseconds: UInt64 = 1_000_000_000
  private static let pieceBytes = 256 << 10

  private(set) var parser: any FrameParser
  /// What is named in errors.
  private let path: String
  private let descriptor: Int32
  /// Kept so that its descriptor stays open.
  private let stop: StopSignal
  /// Read beside the stream, so that its writer never waits for it.
  private let messages: MessageTail?
  /// The stop signal, the stream and the messages.
  private var polled: [pollfd]
  private var piece = [UInt8](repeating: 0, count: pieceBytes)
  private var received = 0
  private var position = 0

  init(
    descriptor: Int32, path: String, parser: any FrameParser, messages: MessageTail? = nil, stop: StopSignal
  ) {
    self.path = path
    self.descriptor = descriptor
    self.parser = parser
    self.messages = messages
    polled = [stop.fileDescriptor, descriptor, -1].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    self.stop = stop
  }

  /// Waits for the next frame.
  ///
  /// - Throws: ``CaptureError``: a system call failed, or the bytes cannot be understood.
  mutating func next() throws(CaptureError) -> Outcome {
    while true {
      if position < received, let item = try parse() { return .item(item) }
      switch try wait() {
      case .ready: break
      case .idle: return .idle
      case .stopped: return .stopped
      }
      let count = read(descriptor, &piece, piece.count)
      if count > 0 {
        received = count
        position = 0
        continue
      }
      if count == 0 { return parser.finish().map(Outcome.item) ?? .end }
      guard errno == EINTR || errno == EAGAIN else {
        throw .systemCall(name: "read", path: path, errno: errno)
      }
    }
  }

  private mutating func parse() throws(CaptureError) -> ParsedItem? {
    do {
      return try piece.withUnsafeBufferPointer { buffer throws(StreamFormatError) in
        try parser.consume(UnsafeBufferPointer(rebasing: buffer[..<received]), from: &position)
      }
    } catch { throw .unreadable(path: path, reason: error.reason) }
  }

  private enum Readiness { case ready, idle, stopped }

  /// The descriptor is left as it is, blocking or not, because standard input is shared with other programs:
  /// poll(2) alone says when a read does not block.
  private mutating func wait() throws(CaptureError) -> Readiness {
    // A negative descriptor is passed over.
    polled[2].fd = messages?.openDescriptor ?? -1
    // Messages that keep coming do not make the wait longer.
    let deadline = MonotonicTime.now.advanced(byNanoseconds: Self.idleNanoseconds)
    while true {
      let remaining = deadline.nanoseconds(since: .now)
      let ready = cv4l2_poll(&polled, UInt32(polled.count), Int64(remaining))
      if ready == -EINTR { continue }
      guard ready >= 0 else { throw .systemCall(name: "poll", path: path, errno: -ready) }
      if polled[0].revents != 0 { return .stopped }
      if polled[2].revents != 0 {
        messages?.drain()
        polled[2].fd = messages?.openDescriptor ?? -1
      }
      // A pipe whose writer is gone shows POLLHUP: the read tells the end.
      if polled[1].revents != 0 { return .ready }
      if ready == 0 || remaining == 0 { return .idle }
    }
  }
}
