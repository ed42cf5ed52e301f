import CV4L2
import Imaging

/// Frame sizes that a camera offers, in pixels: a single one, or a grid of them.
public struct FrameSizeRange: Sendable, Hashable {
  /// At least 1.
  public let minimumWidth: Int
  /// At most ``Picture/maximumSide``.
  public let maximumWidth: Int
  /// At least 1.
  public let widthStep: Int
  /// At least 1.
  public let minimumHeight: Int
  /// At most ``Picture/maximumSide``.
  public let maximumHeight: Int
  /// At least 1.
  public let heightStep: Int

  /// A single size.
  init(width: Int, height: Int) {
    minimumWidth = width
    maximumWidth = width
    widthStep = 1
    minimumHeight = height
    maximumHeight = height
    heightStep = 1
  }

  /// Nil where the driver's answer makes no sense, or no size of it is one that a picture may have.
  init?(_ answer: cv4l2_frame_size) {
    minimumWidth = Int(answer.minimum_width)
    maximumWidth = min(Int(answer.maximum_width), Picture.maximumSide)
    widthStep = max(Int(answer.step_width), 1)
    minimumHeight = Int(answer.minimum_height)
    maximumHeight = min(Int(answer.maximum_height), Picture.maximumSide)
    heightStep = max(Int(answer.step_height), 1)
    guard minimumWidth > 0, minimumWidth <= maximumWidth, minimumHeight > 0, minimumHeight <= maximumHeight,
      minimumWidth * minimumHeight <= Picture.maximumPixels
    else { return nil }
  }

  /// Whether it is a single size.
  public var isDiscrete: Bool { minimumWidth == maximumWidth && minimumHeight == maximumHeight }

  /// The size in the range that comes nearest to another.
  func nearest(toWidth width: Int, height: Int) -> (width: Int, height: Int) {
    (
      Self.nearest(to: width, from: minimumWidth, through: maximumWidth, step: widthStep),
      Self.nearest(to: height, from: minimumHeight, through: maximumHeight, step: heightStep)
    )
  }

  private static func nearest(to value: Int, from minimum: Int, through maximum: Int, step: Int) -> Int {
    let clamped = min(max(value, minimum), maximum)
    let below = minimum + (clamped - minimum) / step * step
    let above = below + step
    return above <= maximum && above - clamped < clamped - below ? above : below
  }
}
