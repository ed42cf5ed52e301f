import Capture
import NIOCore
import NIOHTTP1
import Pipeline

/// A frame as a part of an MJPEG stream, made once and shared by all viewers.
///
/// The boundary that opens the next part already follows the picture: a reader then knows at once that the
/// picture is complete. The first boundary comes right after the response's head, because some readers look
/// for it in the first bytes.
struct MultipartFrame: Sendable {
  /// Distinctive, and without the leading dashes that some readers would strip.
  static let boundary = "emotiond-frame"
  static let contentType = "multipart/x-mixed-replace;boundary=\(boundary)"
  /// What opens the first part.
  static let opening = ByteBuffer(string: "--\(boundary)\r\n")

  /// The part from its first header to the boundary after it.
  let bytes: ByteBuffer
  /// When the frame was taken; nil for a notice in place of a frame.
  let capturedAt: MonotonicTime?

  init(_ frame: EncodedFrame) {
    let head =
      "Content-Type: image/jpeg\r\nContent-Length: \(frame.jpeg.count)\r\n"
      + "X-Timestamp: \(Self.timestamp(of: frame))\r\n\r\n"
    let tail = "\r\n--\(Self.boundary)\r\n"
    var bytes = ByteBuffer()
    bytes.reserveCapacity(head.utf8.count + frame.jpeg.count + tail.utf8.count)
    bytes.writeString(head)
    bytes.writeBytes(frame.jpeg)
    bytes.writeString(tail)
    self.bytes = bytes
    capturedAt = frame.isPlaceholder ? nil : frame.capturedAt
  }

  /// When the frame was taken: seconds since 1970 with six decimals.
  static func timestamp(of frame: EncodedFrame) -> String {
    let microseconds = frame.wallClockNanoseconds / 1000
    let fraction = String(microseconds % 1_000_000)
    return "\(microseconds / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
  }
}
