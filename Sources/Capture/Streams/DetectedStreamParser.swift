/// Motion JPEG or Y4M, whichever a stream turns out to be by its first bytes.
struct DetectedStreamParser: FrameParser {
  private enum Format {
    /// So many bytes were those of a Y4M stream's beginning, and nothing else came yet.
    case undecided(matched: Int)
    case motionJPEG(MJPEGSplitter)
    case y4m(Y4MParser)
  }

  private var format = Format.undecided(matched: 0)

  var framesPerSecond: Double? {
    switch format {
    case .undecided: nil
    case .motionJPEG(let parser): parser.framesPerSecond
    case .y4m(let parser): parser.framesPerSecond
    }
  }

  mutating func consume(
    _ bytes: UnsafeBufferPointer<UInt8>, from position: inout Int
  ) throws(StreamFormatError) -> ParsedItem? {
    if case .undecided(let matched) = format {
      try decide(matched, bytes, &position)
    }
    switch format {
    case .undecided: return nil
    case .motionJPEG(var parser):
      // Taken out while it works, so that the frame it collects is not shared and copied.
      format = .undecided(matched: 0)
      defer { format = .motionJPEG(parser) }
      return parser.consume(bytes, from: &position)
    case .y4m(var parser):
      format = .undecided(matched: 0)
      defer { format = .y4m(parser) }
      return try parser.consume(bytes, from: &position)
    }
  }

  mutating func finish() -> ParsedItem? {
    defer { format = .undecided(matched: 0) }
    switch format {
    case .undecided: return nil
    case .motionJPEG(var parser): return parser.finish()
    case .y4m(var parser): return parser.finish()
    }
  }

  private mutating func decide(
    _ matched: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int
  ) throws(StreamFormatError) {
    var matched = matched
    while position < bytes.count, matched < Y4MHeader.magic.count {
      guard bytes[position] == Y4MHeader.magic[matched] else {
        // What matched so far was text, which no JPEG begins with: it need not be given to the splitter.
        format = .motionJPEG(MJPEGSplitter())
        return
      }
      matched += 1
      position += 1
    }
    guard matched == Y4MHeader.magic.count else {
      format = .undecided(matched: matched)
      return
    }
    var parser = Y4MParser()
    var start = 0
    _ = try Y4MHeader.magic.withUnsafeBufferPointer { magic throws(StreamFormatError) in
      try parser.consume(magic, from: &start)
    }
    format = .y4m(parser)
  }
}
