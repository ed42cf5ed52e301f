/// A drawn head: all numbers are places and sizes in the units of ``HeadPose``, and colours.
///
/// It is drawn from back to front; the features are in the other files of this type.
struct DrawnHead {
  let muscles: FacialExpression
  private(set) var drawing: Drawing
  /// The head's outline, which the skin's folds and shades stay inside of.
  private(set) var skin: Drawing.Shape

  init(_ muscles: FacialExpression, on pose: HeadPose) {
    self.muscles = muscles
    var drawing = Drawing(on: pose)
    Self.drawBehind(jaw: Self.jaw(muscles), in: &drawing)
    skin = drawing.round(
      Placement(0, 0.06 + 0.5 * Self.jaw(muscles), 0.985, 1.37 + 0.5 * Self.jaw(muscles), depth: -0.05),
      Fill(DrawnColor(234, 192, 162), to: DrawnColor(222, 172, 142), softness: 0.013),
      outline: RoundOutline(taper: 0.13, bulge: 0.06, squareness: 0.18))
    self.drawing = drawing
    shadeSkin()
    foldForehead()
    drawNose()
    foldCheeks()
    for side in [-1, 1] as [Float] { drawEye(side) }
    for side in [-1, 1] as [Float] { drawBrow(side) }
    drawMouth()
    drawHair()
  }

  /// How far the chin hangs below its place.
  static func jaw(_ muscles: FacialExpression) -> Float { 0.2 * muscles.jawDrop }

  /// Changes the drawing; features are drawn through this.
  mutating func draw(_ body: (inout Drawing) -> Void) { body(&drawing) }

  private static func drawBehind(jaw: Float, in drawing: inout Drawing) {
    drawing.round(
      Placement(0, -0.12, 1.16, 1.36, depth: -0.3), Fill(.hair, softness: 0.02),
      outline: RoundOutline(taper: 0.05, squareness: 0.25))
    drawing.round(
      Placement(0, 0.35, 1.08, 1.05, depth: -0.3), Fill(.hair, softness: 0.03),
      outline: RoundOutline(squareness: 0.5))
    drawing.band(
      Placement(0, 1.45, 0.52, 0.7, depth: -0.3), Fill(.skin, to: DrawnColor(206, 156, 128), softness: 0.015),
      below: Curve(-1), above: Curve(1.2))
    let pullover = Fill(DrawnColor(70, 92, 124), to: DrawnColor(48, 64, 92), softness: 0.015)
    drawing.round(
      Placement(0, 2.95, 2.15, 1.35, depth: -0.35), pullover, outline: RoundOutline(squareness: 0.35))
    drawing.round(
      Placement(0, 1.72, 0.62, 0.33, depth: -0.3), Fill(.skin, to: DrawnColor(214, 166, 138), softness: 0.015)
    )
    drawing.glow(
      Placement(0, 1.46 + 0.9 * jaw, 0.8, 0.45, depth: -0.25), Fill(DrawnColor(122, 74, 56), opacity: 0.85))
    for side in [-1, 1] as [Float] {
      let ear = Placement(side, 0.12, 0.15, 0.28, angle: side * 0.12, depth: -0.35)
      drawing.round(ear, Fill(DrawnColor(214, 162, 132), softness: 0.012))
      drawing.glow(
        Placement(side * 1.01, 0.13, 0.09, 0.2, angle: side * 0.12, depth: -0.35),
        Fill(.skinShade, opacity: 0.5))
    }
  }

  private mutating func shadeSkin() {
    let muscles = muscles
    let skin = skin
    let jaw = Self.jaw(muscles)
    for side in [-1, 1] as [Float] {
      // The light comes from the left.
      drawing.glow(
        Placement(side * 1.02, 0.35, 0.5, 1.25, depth: -0.1),
        Fill(.skinShade, opacity: side > 0 ? 0.65 : 0.49, clip: skin))
      drawing.glow(
        Placement(side * 0.55, 0.42 - 0.05 * muscles.cheekRaiser, 0.36, 0.28, depth: 0.15),
        Fill(DrawnColor(238, 160, 138), opacity: 0.22 + 0.15 * muscles.lipCornerPuller, clip: skin))
      drawing.glow(
        Placement(side * 0.56, 0.30 - 0.06 * muscles.cheekRaiser, 0.30, 0.20, depth: 0.2),
        Fill(.skinLight, opacity: 0.22 + 0.25 * muscles.cheekRaiser, clip: skin))
    }
    drawing.glow(
      Placement(0, 1.42 + jaw, 1.1, 0.36, depth: -0.05), Fill(.skinShade, opacity: 0.45, clip: skin))
    drawing.glow(Placement(-0.1, -0.62, 0.75, 0.42, depth: 0.1), Fill(.skinLight, opacity: 0.42, clip: skin))
    drawing.glow(
      Placement(0, 1.17 + 0.9 * jaw - 0.03 * muscles.chinRaiser, 0.28, 0.2, depth: 0.2),
      Fill(.skinLight, opacity: 0.35, clip: skin))
  }

  private mutating func foldForehead() {
    let raised =
      0.9 * muscles.innerBrowRaiser + 0.3 * muscles.outerBrowRaiser - 0.25 * muscles.browLowerer
    for (y, length, strength) in [(-0.62, 0.5, 1), (-0.72, 0.52, 1), (-0.53, 0.44, 0.7)]
      as [(Float, Float, Float)]
    {
      drawing.crease(
        0, y, length: length, width: 0.05, bend: 0.02 + 0.03 * muscles.innerBrowRaiser, depth: 0.12,
        Fill(.skinShade, opacity: min(0.38 * max(0, raised) * strength, 0.4), softness: 0.025, clip: skin))
    }
    for side in [-1, 1] as [Float] {
      drawing.crease(
        side * 0.085, -0.26, length: 0.13, width: 0.05, angle: .pi / 2 + side * 0.12, depth: 0.2,
        Fill(.skinCrease, opacity: 0.6 * muscles.browLowerer, softness: 0.018, clip: skin))
    }
  }

  private mutating func drawNose() {
    let skin = skin
    let wrinkler = muscles.noseWrinkler
    let lift = -0.05 * wrinkler
    for y in [-0.1, -0.03, 0.05] as [Float] {
      drawing.crease(
        0, y, length: 0.11, width: 0.035, bend: 0.02, depth: 0.25,
        Fill(.skinShade, opacity: 0.65 * wrinkler, softness: 0.015, clip: skin))
    }
    drawing.glow(
      Placement(0.13, 0.18, 0.13, 0.45, angle: -0.1, depth: 0.3), Fill(.skinShade, opacity: 0.48, clip: skin))
    drawing.glow(
      Placement(-0.15, 0.2, 0.1, 0.4, angle: 0.1, depth: 0.3), Fill(.skinShade, opacity: 0.22, clip: skin))
    drawing.glow(Placement(-0.02, 0.1, 0.085, 0.5, depth: 0.4), Fill(.skinLight, opacity: 0.75, clip: skin))
    drawing.glow(
      Placement(0, 0.42 + lift, 0.26, 0.12, depth: 0.3), Fill(.skinShade, opacity: 0.35, clip: skin))
    drawing.glow(
      Placement(0, 0.365 + lift, 0.15, 0.13, depth: 0.5), Fill(.skinLight, opacity: 0.6, clip: skin))
    for side in [-1, 1] as [Float] {
      let wing = side * (0.175 + 0.02 * wrinkler + 0.015 * muscles.lipCornerPuller)
      drawing.round(
        Placement(wing, 0.41 + lift, 0.075, 0.085, depth: 0.3),
        Fill(DrawnColor(220, 168, 138), opacity: 0.8, softness: 0.04, clip: skin))
      drawing.crease(
        side * (0.245 + 0.02 * wrinkler), 0.39 + lift, length: 0.1, width: 0.05, angle: side * 1.9,
        bend: side * 0.02, depth: 0.3,
        Fill(.skinShade, opacity: 0.6 + 0.3 * wrinkler, softness: 0.02, clip: skin))
      drawing.round(
        Placement(side * 0.1, 0.465 + lift, 0.062, 0.028, angle: side * -0.25, depth: 0.35),
        Fill(.skinCrease, opacity: 0.85, softness: 0.02, clip: skin))
    }
    drawing.glow(Placement(0, 0.5 + lift, 0.2, 0.06, depth: 0.3), Fill(.skinShade, opacity: 0.6, clip: skin))
  }

  /// The folds from the wings of the nose to the corners of the mouth.
  private mutating func foldCheeks() {
    let muscles = muscles
    let smile = muscles.lipCornerPuller
    let raised = 0.5 * smile + 0.45 * muscles.noseWrinkler + 0.35 * muscles.upperLipRaiser
    let drawn = 0.12 * muscles.lipStretcher + 0.1 * muscles.lipCornerDepressor
    for side in [-1, 1] as [Float] {
      drawing.crease(
        side * (0.40 + 0.03 * smile + 0.02 * muscles.lipStretcher), 0.58 - 0.02 * smile, length: 0.25,
        width: 0.07, angle: side * (1.02 - 0.1 * smile), bend: side * (-0.03 - 0.06 * smile), depth: 0.15,
        Fill(.skinShade, opacity: min(0.08 + raised + drawn, 0.75), softness: 0.028, clip: skin))
    }
  }
}
