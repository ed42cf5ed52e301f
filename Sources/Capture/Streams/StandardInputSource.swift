import Glibc
import Imaging

/// Frames that another program writes to this one's standard input: Motion JPEG, Y4M or raw pixels.
///
///     ffmpeg -i rtsp://camera/stream -f mjpeg - | emotiond run --source -
///
/// It is taken as live: frames are used when they come, whatever rate the stream states.
public final class StandardInputSource: FrameSource {
  /// What the bytes are.
  public enum Format: Sendable, Equatable {
    /// Motion JPEG (JPEGs back to back, or multipart) or Y4M, seen from the first bytes.
    case detected
    case raw(RawStreamFormat)
  }

  /// What it is, for people.
  public let description: String
  /// Frames a second where a Y4M stream states them; nil for all others.
  public var nominalFramesPerSecond: Double? { reader.parser.framesPerSecond }

  private static let path = "standard input"

  private var reader: DescriptorFrameReader
  private var sequence: UInt64 = 0
  private var hasFrames = false
  private var isAtEnd = false

  /// - Parameters:
  ///   - format: What the bytes are.
  ///   - descriptor: Where they are read; 0 is standard input. It is not closed.
  ///   - stop: Ends the source.
  /// - Throws: ``CaptureError/unreadable(path:reason:)``: a size of raw frames that no picture may have.
  public init(format: Format = .detected, descriptor: Int32 = 0, stop: StopSignal) throws(CaptureError) {
    let parser: any FrameParser
    switch format {
    case .detected:
      parser = DetectedStreamParser()
      description = Self.path
    case .raw(let raw):
      do { parser = try RawFrameParser(raw) } catch {
        throw .unreadable(path: Self.path, reason: error.reason)
      }
      description = "\(Self.path), \(raw.width)x\(raw.height) \(raw.pixelFormat)"
    }
    reader = DescriptorFrameReader(descriptor: descriptor, path: Self.path, parser: parser, stop: stop)
  }

  /// Waits for the next frame.
  ///
  /// - Throws: ``CaptureError/unreadable(path:reason:)`` for a stream that is no video, or ends without a frame.
  public func next() throws(CaptureError) -> SourceEvent {
    if isAtEnd { return .end }
    switch try reader.next() {
    case .item(.frame(let payload, let lacksEnd)):
      hasFrames = true
      defer { sequence += 1 }
      var frame = Frame(payload: payload, sequence: sequence, capturedAt: .now)
      frame.lacksEnd = lacksEnd
      return .frame(frame)
    case .item(.dropped(let reason, let count)):
      sequence += count
      return .dropped(reason: reason, count: count)
    case .idle: return .idle
    case .stopped: return .end
    case .end:
      isAtEnd = true
      guard hasFrames else {
        throw .unreadable(path: Self.path, reason: "it ended without a frame; JPEGs or Y4M are expected")
      }
      return .end
    }
  }
}
