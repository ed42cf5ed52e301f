import Glibc

/// Where a head is in a picture and how it is turned.
///
/// A head has units of its own: 1 is half its width, x goes right and y down from between the eyes.
struct HeadPose {
  /// The head's origin, in pixels.
  var centerX: Float
  var centerY: Float
  var pixelsPerUnit: Float
  /// Leaning to a side, in radians.
  var roll: Float
  /// Turning to a side and nodding: how far, in units, what is one unit nearer moves.
  var yaw: Float
  var pitch: Float

  /// A pose whose units are the picture's pixels.
  static let picture = HeadPose(centerX: 0, centerY: 0, pixelsPerUnit: 1, roll: 0, yaw: 0, pitch: 0)

  /// The pixel of a point that is `depth` units nearer than the middle of the head.
  func pixel(x: Float, y: Float, depth: Float) -> (x: Float, y: Float) {
    let turnedX = x + yaw * depth
    let turnedY = y + pitch * depth
    let cosine = cosf(roll)
    let sine = sinf(roll)
    return (
      centerX + pixelsPerUnit * (cosine * turnedX - sine * turnedY),
      centerY + pixelsPerUnit * (sine * turnedX + cosine * turnedY)
    )
  }
}
