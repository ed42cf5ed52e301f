import Imaging

/// A drawn person in front of a calm wall, at any moment. The same moment always gives the same picture.
///
///     let scene = try DemoScene(width: 640, height: 480)
///     let picture = scene.picture(atSeconds: 5)  // smiles
public struct DemoScene: Sendable {
  /// How long it takes until everything repeats, in seconds.
  public static let cycleSeconds = DemoTimeline.cycleSeconds

  private let background: Picture

  /// - Throws: ``ImagingError/unacceptableSize(width:height:)``.
  public init(width: Int, height: Int) throws(ImagingError) {
    var background = try Picture(width: width, height: height, subsampling: .yuv420, luma: 64)
    Self.wall(width: Float(width), height: Float(height)).paint(on: &background)
    self.background = background
  }

  /// What the face shows, or is turning to.
  public static func expression(atSeconds seconds: Double) -> DemoExpression {
    DemoTimeline.expression(atSeconds: seconds)
  }

  /// Whether the face rests in its expression, and does not turn to it from the one before.
  public static func isSettled(atSeconds seconds: Double) -> Bool {
    DemoTimeline.isSettled(atSeconds: seconds)
  }

  /// The picture at a moment, 4:2:0.
  ///
  /// - Parameter seconds: From the start of the scene; any finite number.
  public func picture(atSeconds seconds: Double) -> Picture {
    var picture = background
    let pose = DemoTimeline.pose(atSeconds: seconds, width: picture.width, height: picture.height)
    DrawnHead(DemoTimeline.muscles(atSeconds: seconds), on: pose).drawing.paint(on: &picture)
    dots(current: DemoTimeline.expression(atSeconds: seconds)).paint(on: &picture)
    return picture
  }

  private static func wall(width: Float, height: Float) -> Drawing {
    let unit = height / 2
    func place(_ x: Float, _ y: Float, _ radiusX: Float, _ radiusY: Float) -> Placement {
      Placement(width / 2 + x * unit, height / 2 + y * unit, radiusX * unit, radiusY * unit)
    }
    var drawing = Drawing(on: .picture)
    drawing.band(
      place(0, 0, 1.1 * width / height, 1), Fill(DrawnColor(92, 116, 128), to: DrawnColor(58, 72, 88)),
      below: Curve(-1.2), above: Curve(1.2))
    drawing.glow(place(-0.5, -0.5, 1.5, 1.3), Fill(DrawnColor(168, 190, 190), opacity: 0.55))
    drawing.glow(place(1, 0.6, 0.9, 0.9), Fill(DrawnColor(44, 56, 76), opacity: 0.4))
    return drawing
  }

  /// A dot for each expression at the lower edge, the current one lit.
  private func dots(current: DemoExpression) -> Drawing {
    let unit = Float(min(background.width, background.height)) / 480
    let y = Float(background.height) - 22 * unit
    var drawing = Drawing(on: .picture)
    for (index, expression) in DemoExpression.allCases.enumerated() {
      let x = Float(background.width) / 2 + (Float(index) - 3) * 24 * unit
      let isCurrent = expression == current
      let radius = (isCurrent ? 6.5 : 4.5) * unit
      drawing.round(
        Placement(x, y, radius, radius),
        Fill(isCurrent ? expression.color : DrawnColor(210, 218, 226), opacity: isCurrent ? 1 : 0.4))
    }
    return drawing
  }
}
