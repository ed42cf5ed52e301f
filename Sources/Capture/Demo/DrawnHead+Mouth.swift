extension DrawnHead {
  /// The lips' edges towards each other and where the mouth is.
  private struct Mouth {
    let y: Float
    let halfWidth: Float
    /// How far below ``y`` the corners and the middle of the closed lips are.
    let corners: Float
    let middle: Float
    /// How far the lips are apart from the middle line.
    let above: Float
    let below: Float
    let upperEdge: Curve
    let lowerEdge: Curve
    let upperThickness: Float
    let lowerThickness: Float

    static let radiusY: Float = 0.1
    static let depth: Float = 0.25

    init(_ muscles: FacialExpression) {
      let smile = muscles.lipCornerPuller
      let jaw = muscles.jawDrop
      let parted = muscles.lipsPart
      let widened =
        0.105 * smile + 0.055 * muscles.lipStretcher + 0.015 * muscles.lipCornerDepressor
      let narrowed =
        0.035 * muscles.lipPressor + 0.03 * muscles.chinRaiser + 0.09 * jaw * (1 - muscles.lipStretcher)
      halfWidth = 0.31 + widened - narrowed
      y =
        0.79 + 0.01 * smile - 0.03 * muscles.upperLipRaiser - 0.02 * muscles.noseWrinkler
        - 0.02 * muscles.chinRaiser
      corners =
        0.012 - 0.125 * smile + 0.085 * muscles.lipCornerDepressor + 0.035 * muscles.lipStretcher
      middle = -0.055 * muscles.chinRaiser - 0.03 * muscles.lipCornerDepressor
      above =
        0.018 * parted + 0.03 * smile * parted + 0.065 * jaw + 0.035 * muscles.upperLipRaiser * (0.3 + parted)
      below = 0.028 * parted + 0.055 * smile * parted + 0.30 * jaw
      upperThickness = 0.072 - 0.03 * muscles.lipPressor - 0.022 * smile + 0.006 * jaw
      lowerThickness = 0.100 - 0.035 * muscles.lipPressor - 0.024 * smile + 0.01 * muscles.chinRaiser
      let rise = corners - middle
      // The further the jaw drops, the rounder the mouth.
      let pointed = 0.75 - 0.45 * jaw
      let unit = Self.radiusY
      upperEdge = Curve((middle - above) / unit, 0, (rise + 0.6 * above) / unit, 0, 0.4 * above / unit)
      lowerEdge = Curve(
        (middle + below) / unit, 0, (rise - pointed * below) / unit, 0, (pointed - 1) * below / unit)
    }

    /// The mouth's box, wider by a factor.
    func placement(_ stretch: Float) -> Placement {
      Placement(0, y, halfWidth * stretch, Self.radiusY, depth: Self.depth)
    }
  }

  /// The mouth with teeth, lips and the folds around it.
  mutating func drawMouth() {
    let mouth = Mouth(muscles)
    drawInside(of: mouth)
    drawLips(of: mouth)
    foldAround(mouth)
  }

  private mutating func drawInside(of mouth: Mouth) {
    let muscles = muscles
    draw { drawing in
      let inside = drawing.band(
        mouth.placement(1), Fill(DrawnColor(58, 18, 20), to: DrawnColor(74, 26, 26), softness: 0.013),
        below: mouth.upperEdge, above: mouth.lowerEdge, edgeCoverage: 0)
      let teeth = (0.06 + 0.02 * muscles.lipCornerPuller + 0.02 * muscles.lipStretcher) / Mouth.radiusY
      let upper = mouth.upperEdge
      drawing.band(
        mouth.placement(0.86),
        Fill(
          DrawnColor(246, 242, 232), to: DrawnColor(228, 220, 208),
          opacity: min(1, 0.9 * muscles.lipsPart + 0.55 * muscles.jawDrop), softness: 0.015, clip: inside),
        below: upper.moved(by: -0.2), above: Curve(upper.constant + teeth, 0, upper.square - 0.35 * teeth))
      if muscles.jawDrop > 0.02 {
        drawing.glow(
          Placement(
            0, mouth.y + 0.85 * mouth.below, 0.6 * mouth.halfWidth, 0.5 * mouth.below + 0.02,
            depth: Mouth.depth),
          Fill(DrawnColor(178, 84, 84), opacity: 0.8 * muscles.jawDrop, clip: inside))
      }
      let lowerTeeth = min(1, max(0, muscles.lipStretcher - 0.3) / 0.7 * muscles.lipsPart)
      if lowerTeeth > 0 {
        drawing.band(
          mouth.placement(0.8),
          Fill(DrawnColor(232, 224, 212), opacity: lowerTeeth, softness: 0.015, clip: inside),
          below: mouth.lowerEdge.moved(by: -0.35, square: 0.1), above: mouth.lowerEdge.moved(by: 0.2))
      }
    }
  }

  private mutating func drawLips(of mouth: Mouth) {
    let skin = skin
    let upper = mouth.upperThickness / Mouth.radiusY
    let lower = mouth.lowerThickness / Mouth.radiusY
    draw { drawing in
      // Cupid's bow: thinner in the middle than beside it.
      drawing.band(
        mouth.placement(1.02),
        Fill(
          DrawnColor(170, 84, 78), to: DrawnColor(196, 108, 98), opacity: 0.84, softness: 0.018, clip: skin),
        below: mouth.upperEdge.moved(by: -0.82 * upper, square: -0.5 * upper, fourth: 1.32 * upper),
        above: mouth.upperEdge.moved(by: 0.05))
      drawing.band(
        mouth.placement(1),
        Fill(
          DrawnColor(206, 116, 106), to: DrawnColor(180, 92, 84), opacity: 0.88, softness: 0.02, clip: skin),
        below: mouth.lowerEdge.moved(by: -0.05),
        above: mouth.lowerEdge.moved(by: lower, square: -0.7 * lower, fourth: -0.3 * lower))
      drawing.glow(
        Placement(
          -0.03, mouth.y + mouth.middle + mouth.below + 0.5 * mouth.lowerThickness, 0.5 * mouth.halfWidth,
          0.045, depth: Mouth.depth),
        Fill(DrawnColor(250, 190, 178), opacity: 0.5, clip: skin))
      let closed = 1 - min(1, (mouth.above + mouth.below) / 0.05)
      if closed > 0 {
        drawing.band(
          mouth.placement(1.03),
          Fill(DrawnColor(92, 34, 34), opacity: 0.85 * closed, softness: 0.018, clip: skin),
          below: mouth.upperEdge.moved(by: -0.1, square: 0.06),
          above: mouth.lowerEdge.moved(by: 0.1, square: -0.06))
      }
    }
  }

  private mutating func foldAround(_ mouth: Mouth) {
    let muscles = muscles
    let skin = skin
    let smile = muscles.lipCornerPuller
    let depressor = muscles.lipCornerDepressor
    draw { drawing in
      for side in [-1, 1] as [Float] {
        let cornerY = mouth.y + mouth.corners
        drawing.glow(
          Placement(side * mouth.halfWidth * 1.03, cornerY, 0.075, 0.06, depth: 0.2),
          Fill(.skinCrease, opacity: 0.55 + 0.25 * smile + 0.2 * depressor, clip: skin))
        drawing.crease(
          side * (mouth.halfWidth + 0.05), cornerY + 0.1, length: 0.12, width: 0.05, angle: side * 1.15,
          depth: 0.2, Fill(.skinShade, opacity: 0.6 * depressor, softness: 0.025, clip: skin))
        drawing.crease(
          side * (mouth.halfWidth + 0.1), mouth.y + 0.5 * mouth.corners, length: 0.16, width: 0.06,
          angle: side * -1.75, bend: side * 0.05, depth: 0.2,
          Fill(.skinShade, opacity: 0.45 * smile, softness: 0.025, clip: skin))
      }
      drawing.glow(
        Placement(
          0, mouth.y + mouth.middle + mouth.below + mouth.lowerThickness + 0.055, 0.3, 0.075, depth: 0.2),
        Fill(.skinShade, opacity: 0.55 + 0.2 * muscles.chinRaiser, clip: skin))
      drawing.glow(
        Placement(0, mouth.y - 0.16, 0.05, 0.1, depth: 0.25), Fill(.skinShade, opacity: 0.22, clip: skin))
      // The raised chin dimples.
      guard muscles.chinRaiser > 0.02 else { return }
      for (x, y) in [(-0.08, 1.1), (0.07, 1.12), (0, 1.17), (-0.03, 1.08)] as [(Float, Float)] {
        drawing.glow(
          Placement(x, y, 0.05, 0.04, depth: 0.2),
          Fill(.skinShade, opacity: 0.35 * muscles.chinRaiser, clip: skin))
      }
    }
  }
}
