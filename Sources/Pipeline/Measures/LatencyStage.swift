/// What the pipeline measures the duration of.
public enum LatencyStage: String, Sendable, CaseIterable {
  /// A frame's JPEG becomes a picture; cameras without JPEG have no such stage.
  case decode
  /// Overlay and JPEG of one frame, once for each variant that somebody watches.
  case encode
  /// Detector, tracker and network on one frame.
  case analysis
  /// From the moment that a frame was taken until it is ready for viewers.
  case captureToEncoded = "capture_to_encoded"
  /// From the moment that a frame was taken until its labels are there.
  case captureToLabelled = "capture_to_labelled"
}
