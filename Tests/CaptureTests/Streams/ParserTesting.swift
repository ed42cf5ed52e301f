@testable import Capture

/// What a parser made of a stream.
struct ParsedStream {
  var payloads: [Frame.Payload] = []
  /// Of each payload.
  var lackEnd: [Bool] = []
  var dropped: UInt64 = 0

  var jpegs: [[UInt8]] {
    payloads.compactMap { if case .jpeg(let bytes) = $0 { bytes } else { nil } }
  }

  mutating func add(_ item: ParsedItem) {
    switch item {
    case .frame(let payload, let lacksEnd):
      payloads.append(payload)
      lackEnd.append(lacksEnd)
    case .dropped(_, let count): dropped += count
    }
  }
}

extension FrameParser {
  /// Feeds a stream in pieces of the given sizes, the last one over and over, to its end.
  mutating func parse(
    _ stream: [UInt8], pieces: some Sequence<Int>
  ) throws(StreamFormatError) -> ParsedStream {
    var result = ParsedStream()
    var sizes = pieces.makeIterator()
    var size = stream.count
    var start = 0
    while start < stream.count {
      size = sizes.next() ?? size
      let piece = Array(stream[start..<min(start + max(size, 1), stream.count)])
      start += piece.count
      var position = 0
      while position < piece.count {
        let item = try piece.withUnsafeBufferPointer { buffer throws(StreamFormatError) in
          try consume(buffer, from: &position)
        }
        if let item { result.add(item) }
      }
    }
    if let item = finish() { result.add(item) }
    return result
  }
}
