/// Where frames come from: a camera, a file, standard input, a drawn face.
///
/// A source is used by one thread, which calls ``next()`` over and over; it ends when it is released. It
/// waits only where it can be woken by the ``StopSignal`` that it was opened with.
public protocol FrameSource: AnyObject {
  /// What it is, for people: `/dev/video0 (HD Webcam), 640x480 MJPG at 30 fps`.
  var description: String { get }

  /// Frames a second as the source states it; nil where it does not know.
  var nominalFramesPerSecond: Double? { get }

  /// Waits for the next event.
  ///
  /// - Throws: ``CaptureError``, after which the source is of no more use: a live one is opened anew.
  func next() throws(CaptureError) -> SourceEvent
}

/// What a source reports.
public enum SourceEvent: Sendable {
  case frame(Frame)
  /// Frames that came but were of no use. The source goes on.
  case dropped(reason: DropReason, count: UInt64)
  /// Nothing came for a while (sources decide how long); the source goes on.
  case idle
  /// The source is at its end, or was asked to stop.
  case end
}

/// Why a frame was not used.
public enum DropReason: String, Sendable, CaseIterable {
  /// The driver marked it (V4L2_BUF_FLAG_ERROR).
  case flaggedByDriver = "flagged_by_driver"
  /// Fewer bytes than a frame of its format has.
  case short
  /// The driver claims more bytes than its buffer has.
  case oversized
  /// A compressed frame without its end.
  case truncated
  /// A compressed frame of another size than was agreed with the camera.
  case wrongSize = "wrong_size"
  /// No picture: the decoder gave up, or there was nothing to decode.
  case undecodable
  /// A gap in the driver's sequence numbers: the frame never came to us.
  case lostBeforeCapture = "lost_before_capture"
  /// A newer frame was there before this one was used.
  case superseded
  /// Decoded, but no JPEG could be made of it for the viewers.
  case unencodable
}
