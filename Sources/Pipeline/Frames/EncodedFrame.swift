import Capture

/// A frame as viewers get it: annotated and compressed once for all of them.
public struct EncodedFrame: Sendable {
  /// A complete JPEG.
  public var jpeg: [UInt8]
  /// In pixels.
  public var width: Int
  /// In pixels.
  public var height: Int
  /// The source's sequence number; of placeholders, a count of their own.
  public var sequence: UInt64
  /// When it was taken, on the monotonic clock.
  public var capturedAt: MonotonicTime
  /// When it was taken, in nanoseconds since 1970 (UTC).
  public var wallClockNanoseconds: UInt64
  /// Whether this is a notice that stands in for a camera that is away.
  public var isPlaceholder: Bool

  /// A frame with all that viewers are told of it.
  public init(
    jpeg: [UInt8], width: Int, height: Int, sequence: UInt64, capturedAt: MonotonicTime,
    wallClockNanoseconds: UInt64, isPlaceholder: Bool = false
  ) {
    self.jpeg = jpeg
    self.width = width
    self.height = height
    self.sequence = sequence
    self.capturedAt = capturedAt
    self.wallClockNanoseconds = wallClockNanoseconds
    self.isPlaceholder = isPlaceholder
  }
}
