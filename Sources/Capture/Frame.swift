import Imaging

/// One frame from a source.
public struct Frame: Sendable {
  /// What a source gives: a compressed frame as it came, or a picture.
  public enum Payload: Sendable {
    /// One JPEG, not yet looked at: it may be damaged.
    case jpeg([UInt8])
    case picture(Picture)
  }

  /// The frame itself.
  public var payload: Payload
  /// Counts frames since the source was opened, lost ones included where the source knows of them.
  public var sequence: UInt64
  /// Which opening of the source the frame is from, where somebody counts them: what was seen before another one says
  /// nothing of what is seen now.
  public var opening: UInt64 = 0
  /// When the frame was taken, on this machine's monotonic clock.
  public var capturedAt: MonotonicTime
  /// For sources with a timeline of their own (files): when the frame is due, in nanoseconds from the
  /// first frame. Nil for live sources.
  public var presentationNanoseconds: UInt64?
  /// Whether the source knows that the end of a compressed frame is missing. Its picture may still be whole: some
  /// cameras leave out the end marker.
  public var lacksEnd = false
  /// What the frame is called where it has a name: the file of a picture.
  public var name: String?

  /// A frame with what is known of it.
  public init(
    payload: Payload, sequence: UInt64, capturedAt: MonotonicTime, presentationNanoseconds: UInt64? = nil,
    name: String? = nil
  ) {
    self.payload = payload
    self.sequence = sequence
    self.capturedAt = capturedAt
    self.presentationNanoseconds = presentationNanoseconds
    self.name = name
  }
}
