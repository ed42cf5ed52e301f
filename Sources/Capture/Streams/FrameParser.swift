/// Cuts a stream of bytes into frames, whatever the pieces it arrives in. A parser knows nothing of where the
/// bytes come from.
protocol FrameParser {
  /// Frames a second as the stream states it; nil where it does not, or not yet.
  var framesPerSecond: Double? { get }

  /// Takes bytes up to the end of the next frame.
  ///
  /// - Parameters:
  ///   - bytes: A piece of the stream.
  ///   - position: Where to begin in it; moved behind what was taken.
  /// - Returns: What was completed, or nil once all bytes are taken.
  /// - Throws: ``StreamFormatError`` where nothing that follows can be understood.
  mutating func consume(
    _ bytes: UnsafeBufferPointer<UInt8>, from position: inout Int
  ) throws(StreamFormatError) -> ParsedItem?

  /// What is left at the end of the stream: a frame that was begun counts as lost.
  mutating func finish() -> ParsedItem?
}

/// What a parser found.
enum ParsedItem {
  /// A frame; for `lacksEnd` see ``Frame/lacksEnd``.
  case frame(Frame.Payload, lacksEnd: Bool = false)
  case dropped(reason: DropReason, count: UInt64)
}

/// Why a stream cannot be understood, for people.
struct StreamFormatError: Error, Equatable {
  let reason: String
}

extension String {
  /// Text from outside for a message: printable ASCII, cut to a length.
  init(printable bytes: some Sequence<UInt8>, maximumLength: Int) {
    let printable = bytes.prefix(maximumLength).map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }
    self.init(decoding: printable, as: UTF8.self)
  }
}
