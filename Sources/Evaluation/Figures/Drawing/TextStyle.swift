/// How a line of text is set.
public struct TextStyle: Sendable, Equatable {
  /// Which part of the line is at the given place, from left to right.
  public enum HorizontalAnchor: Sendable {
    case start, middle, end
  }

  /// Which part of the line is at the given place, from top to bottom; top and middle are those of capitals.
  public enum VerticalAnchor: Sendable {
    case top, middle, baseline
  }

  /// In points.
  public var size: Double
  /// Bold or not.
  public var isBold: Bool
  /// The role of its colour.
  public var color: FigureColor
  /// What is at the given place, from left to right.
  public var horizontal: HorizontalAnchor
  /// What is at the given place, from top to bottom.
  public var vertical: VerticalAnchor
  /// Clockwise around the given place, in degrees.
  public var rotation: Double

  /// A style; by default upright 11 point text in ink whose middle height is at the given place.
  public init(
    size: Double = 11, isBold: Bool = false, color: FigureColor = .ink,
    horizontal: HorizontalAnchor = .start, vertical: VerticalAnchor = .middle, rotation: Double = 0
  ) {
    self.size = size
    self.isBold = isBold
    self.color = color
    self.horizontal = horizontal
    self.vertical = vertical
    self.rotation = rotation
  }
}
