/// Which sample values black, white and grey have in uncompressed Y'CbCr pixels.
public enum SampleRange: Sendable, Equatable, CaseIterable {
  /// Luma 0...255, chroma 128 +- 127: JPEG's range, and a ``Picture``'s.
  case full
  /// Luma 16...235, chroma 128 +- 112 (ITU-R BT.601): what most cameras give.
  case limited
}
