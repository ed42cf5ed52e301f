import Imaging

/// What uncompressed frames without any header look like.
public struct RawStreamFormat: Sendable, Equatable {
  /// How a frame's pixels lie in memory.
  public var pixelFormat: RawPixelFormat
  /// In pixels.
  public var width: Int
  /// In pixels.
  public var height: Int
  /// What Y'CbCr samples mean; RGB is always of full range.
  public var range: SampleRange

  /// A format; sizes are checked where a stream is opened.
  public init(pixelFormat: RawPixelFormat, width: Int, height: Int, range: SampleRange = .limited) {
    self.pixelFormat = pixelFormat
    self.width = width
    self.height = height
    self.range = range
  }
}

/// Cuts a stream into frames of a size that is known beforehand.
struct RawFrameParser: FrameParser {
  var framesPerSecond: Double? { nil }

  private let format: RawStreamFormat
  private let frameBytes: Int
  private var frame: [UInt8] = []

  /// - Throws: ``StreamFormatError`` for a size that no picture may have.
  init(_ format: RawStreamFormat) throws(StreamFormatError) {
    self.format = format
    do { frameBytes = try format.pixelFormat.byteCount(width: format.width, height: format.height) } catch {
      throw StreamFormatError(reason: error.description)
    }
    frame.reserveCapacity(frameBytes)
  }

  mutating func consume(_ bytes: UnsafeBufferPointer<UInt8>, from position: inout Int) -> ParsedItem? {
    let count = min(frameBytes - frame.count, bytes.count - position)
    frame.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[position..<position + count]))
    position += count
    guard frame.count == frameBytes else { return nil }
    defer { frame.removeAll(keepingCapacity: true) }
    do {
      return .frame(
        .picture(
          try format.pixelFormat.picture(
            from: frame, width: format.width, height: format.height, range: format.range)))
    } catch { return .dropped(reason: .undecodable, count: 1) }
  }

  mutating func finish() -> ParsedItem? {
    defer { frame.removeAll() }
    return frame.isEmpty ? nil : .dropped(reason: .short, count: 1)
  }
}
