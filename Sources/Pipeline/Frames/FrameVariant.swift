/// A form in which a frame can be had.
public struct FrameVariant: Sendable, Hashable {
  /// Whether boxes and labels are drawn, where the pipeline draws any.
  public var hasOverlay: Bool
  /// Wider frames are made this wide, in pixels; nil leaves them as they are. No frame is enlarged.
  public var maximumWidth: Int?

  /// A form by its properties.
  public init(hasOverlay: Bool = true, maximumWidth: Int? = nil) {
    self.hasOverlay = hasOverlay
    self.maximumWidth = maximumWidth
  }

  /// Frames as the pipeline is set up to show them.
  public static let standard = FrameVariant()
}
