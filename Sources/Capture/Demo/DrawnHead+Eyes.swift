extension DrawnHead {
  /// One eye with its lids and the skin around it; `side` is -1 on the left and 1 on the right.
  mutating func drawEye(_ side: Float) {
    shadeEyeSocket(side)
    let muscles = muscles
    let skin = skin
    let radiusY: Float = 0.1
    let closed = muscles.eyesClosed
    let raised = 0.5 * muscles.upperLidRaiser - 0.28 * muscles.lidTightener
    let pressed =
      0.2 * muscles.cheekRaiser + 0.15 * muscles.noseWrinkler + 0.1 * muscles.lipCornerDepressor
    let above = 0.116 * (1 + raised - pressed) * (1 - closed) / radiusY
    let lifted = 0.05 * muscles.cheekRaiser + 0.035 * muscles.lidTightener + 0.03 * muscles.noseWrinkler
    let below = (0.072 + 0.012 * muscles.upperLidRaiser - lifted) * (1 - 0.7 * closed) / radiusY
    // The upper lid closes down to the lower one.
    let upper = Curve(-above + 0.9 * closed * below, 0, 0.9 * (above - closed * below), 0, 0.1 * above)
    let lower = Curve(below, 0, -below)
    let x = side * 0.425
    let y: Float = -0.04
    func lid(_ stretch: Float) -> Placement {
      Placement(x, y, 0.225 * stretch, radiusY, angle: -side * 0.015, depth: 0.05)
    }

    draw { drawing in
      let eye = drawing.band(
        lid(1), Fill(DrawnColor(240, 236, 230), to: DrawnColor(236, 228, 222), softness: 0.012), below: upper,
        above: lower, edgeCoverage: 0.3)
      for corner in [-0.2, 0.2] as [Float] {
        drawing.glow(
          Placement(x + corner, y, 0.12, 0.12, depth: 0.05),
          Fill(DrawnColor(195, 150, 140), opacity: 0.5, clip: eye))
      }
      Self.drawIris(atX: x, y: y - 0.012, inside: eye, in: &drawing)
      // The upper lid's shadow on the eye.
      drawing.band(
        lid(1), Fill(DrawnColor(40, 26, 24), opacity: 0.4, softness: 0.04, clip: eye), below: upper,
        above: upper.moved(by: 0.5))
      drawing.band(
        lid(1.05), Fill(DrawnColor(42, 26, 22), opacity: 0.92, softness: 0.013),
        below: upper.moved(by: -0.40, square: 0.32), above: upper.moved(by: 0.08))
      drawing.band(
        lid(1), Fill(DrawnColor(110, 66, 54), opacity: 0.55, softness: 0.02), below: lower.moved(by: -0.02),
        above: lower.moved(by: 0.22, square: -0.2))
      let fold = -0.9 * above - (0.085 + 0.03 * muscles.upperLidRaiser - 0.02 * muscles.browLowerer) / radiusY
      drawing.band(
        lid(1.08), Fill(.skinCrease, opacity: 0.45, softness: 0.022, clip: skin),
        below: Curve(fold - 0.1, 0, 0.1 - 0.72 * fold), above: Curve(fold + 0.12, 0, -0.1 - 0.72 * fold))
    }
  }

  /// One brow.
  mutating func drawBrow(_ side: Float) {
    let muscles = muscles
    let skin = skin
    let radiusY: Float = 0.1
    let rest: Float = -0.30
    let inner =
      rest - 0.13 * muscles.innerBrowRaiser - 0.02 * muscles.outerBrowRaiser + 0.105 * muscles.browLowerer
      + 0.05 * muscles.noseWrinkler
    let outer =
      rest + 0.01 * muscles.innerBrowRaiser - 0.10 * muscles.outerBrowRaiser + 0.03 * muscles.cheekRaiser
    let arch =
      rest - 0.065 - 0.055 * muscles.innerBrowRaiser - 0.115 * muscles.outerBrowRaiser
      + 0.095 * muscles.browLowerer + 0.03 * muscles.noseWrinkler
    let y = rest - 0.035
    let thickness: Float = 0.6
    let middle = (arch - y) / radiusY
    let slope = (outer - inner) / 2 / radiusY
    let bow = ((inner + outer) / 2 - arch) / radiusY
    let x = side * (0.43 - 0.045 * muscles.browLowerer + 0.01 * muscles.innerBrowRaiser)
    draw { drawing in
      drawing.band(
        Placement(x, y, 0.285 * side, radiusY, depth: 0.12),
        Fill(.hair, opacity: 0.88, softness: 0.026, clip: skin),
        below: Curve(
          middle - thickness, slope + 0.1 * thickness, bow + 0.55 * thickness, 0, 0.25 * thickness),
        above: Curve(
          middle + 0.9 * thickness, slope - 0.35 * thickness, bow - 0.35 * thickness, 0, -0.3 * thickness))
    }
  }

  private static func drawIris(atX x: Float, y: Float, inside eye: Drawing.Shape, in drawing: inout Drawing) {
    drawing.round(
      Placement(x, y, 0.115, 0.115, depth: 0.07), Fill(DrawnColor(58, 40, 30), softness: 0.013, clip: eye))
    drawing.glow(
      Placement(x, y + 0.03, 0.095, 0.09, depth: 0.07), Fill(DrawnColor(134, 92, 60), opacity: 0.8, clip: eye)
    )
    drawing.round(
      Placement(x, y, 0.055, 0.055, depth: 0.07), Fill(DrawnColor(14, 10, 10), softness: 0.012, clip: eye))
    // The lamp's reflection.
    drawing.round(
      Placement(x - 0.04, y - 0.045, 0.026, 0.026, depth: 0.07),
      Fill(DrawnColor(255, 255, 255), opacity: 0.95, clip: eye))
  }

  private mutating func shadeEyeSocket(_ side: Float) {
    let muscles = muscles
    let skin = skin
    draw { drawing in
      drawing.glow(
        Placement(side * 0.43, -0.12 + 0.04 * muscles.browLowerer, 0.36, 0.24, depth: 0.05),
        Fill(.skinShade, opacity: 0.45 + 0.12 * muscles.browLowerer, clip: skin))
      drawing.glow(
        Placement(side * 0.2, -0.08, 0.15, 0.3, depth: 0.1),
        Fill(
          .skinShade, opacity: 0.5 + 0.2 * muscles.browLowerer + 0.2 * muscles.noseWrinkler, clip: skin))
      let bag = 0.4 * muscles.cheekRaiser + 0.2 * muscles.lidTightener + 0.15 * muscles.noseWrinkler
      drawing.crease(
        side * 0.43, 0.12 - 0.03 * muscles.cheekRaiser, length: 0.25, width: 0.05, bend: -0.07, depth: 0.1,
        Fill(.skinShade, opacity: 0.28 + bag, softness: 0.025, clip: skin))
      // Crow's feet.
      for (drop, angle) in [(-0.025, -0.25), (0.01, 0.1), (0.045, 0.45)] as [(Float, Float)] {
        drawing.crease(
          side * 0.78, drop, length: 0.1, width: 0.03, angle: side * angle,
          Fill(.skinShade, opacity: 0.5 * muscles.cheekRaiser, softness: 0.015, clip: skin))
      }
    }
  }
}
