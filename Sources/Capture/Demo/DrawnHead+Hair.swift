extension DrawnHead {
  /// The hair in front: locks at the sides and a fringe that is parted on the right.
  mutating func drawHair() {
    draw { drawing in
      // Never seen itself: what the hair in front stays inside of.
      let outline = drawing.round(
        Placement(0, -0.10, 1.13, 1.40, depth: -0.05), Fill(.hair, opacity: 0, softness: 0.02),
        outline: RoundOutline(squareness: 0.2))
      for side in [-1, 1] as [Float] {
        drawing.band(
          Placement(side * 1.03, 0, 0.95, 0.16, angle: .pi / 2 - side * 0.03, depth: -0.1),
          Fill(.hair, softness: 0.05, clip: outline), below: Curve(-1, 0.25, 0.2),
          above: Curve(1, -0.25, -0.2))
      }
      drawing.band(
        Placement(-0.42, -0.92, 1.0, 0.55, angle: -0.36, depth: 0.05),
        Fill(DrawnColor(120, 80, 56), to: .hair, softness: 0.035, clip: outline), below: Curve(-2.2),
        above: Curve(0.10, -0.02, 0.34, 0.1, -0.12))
      drawing.band(
        Placement(0.66, -0.88, 0.70, 0.5, angle: 0.78, depth: 0.05),
        Fill(DrawnColor(108, 72, 50), to: .hair, softness: 0.035, clip: outline), below: Curve(-2.2),
        above: Curve(0.12, -0.06, 0.30))
      let strands: [(x: Float, y: Float, length: Float, angle: Float, opacity: Float)] = [
        (-0.35, -1.02, 0.66, -0.40, 0.5), (-0.45, -0.86, 0.6, -0.42, 0.35), (-0.1, -1.2, 0.6, -0.22, 0.45),
        (0.55, -1.08, 0.45, 0.62, 0.4), (0.72, -0.86, 0.4, 0.85, 0.3),
      ]
      for strand in strands {
        drawing.crease(
          strand.x, strand.y, length: strand.length, width: 0.09, angle: strand.angle, bend: 0.10,
          depth: 0.05,
          Fill(DrawnColor(160, 116, 86), opacity: strand.opacity, softness: 0.06, clip: outline))
      }
      drawing.glow(
        Placement(-0.25, -1.28, 0.6, 0.2, angle: -0.15, depth: 0.05),
        Fill(DrawnColor(176, 134, 104), opacity: 0.4, clip: outline))
    }
  }
}
