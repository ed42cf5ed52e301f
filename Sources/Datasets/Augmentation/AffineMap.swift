import Glibc

/// Where in a picture an output sample is taken: column `c` and row `r` of the output lie at
/// `x = xx c + xy r + x0`, `y = yx c + yy r + y0`. The centres of pixels are at whole numbers, x to the right, y down.
struct AffineMap: Equatable {
  var xx: Double
  var xy: Double
  var x0: Double
  var yx: Double
  var yy: Double
  var y0: Double

  /// The map of a square window: its middle, its side and the number of output samples along it.
  ///
  /// - Parameters:
  ///   - centerX: The window's middle in pixels.
  ///   - centerY: The window's middle in pixels.
  ///   - matrix: Turns and stretches offsets from the window's middle into offsets in the picture.
  ///   - windowSide: In pixels, before `matrix`.
  ///   - outputSide: In samples.
  init(
    centerX: Double, centerY: Double, matrix: (xx: Double, xy: Double, yx: Double, yy: Double),
    windowSide: Double,
    outputSide: Int
  ) {
    let step = windowSide / Double(outputSide)
    let first = (1 - Double(outputSide)) / 2
    xx = matrix.xx * step
    xy = matrix.xy * step
    yx = matrix.yx * step
    yy = matrix.yy * step
    x0 = centerX + (xx + xy) * first
    y0 = centerY + (yx + yy) * first
  }

  init(xx: Double, xy: Double, x0: Double, yx: Double, yy: Double, y0: Double) {
    self.xx = xx
    self.xy = xy
    self.x0 = x0
    self.yx = yx
    self.yy = yy
    self.y0 = y0
  }

  /// Mirrored left to right at the output.
  func mirrored(outputSide: Int) -> AffineMap {
    let last = Double(outputSide - 1)
    return AffineMap(xx: -xx, xy: xy, x0: x0 + xx * last, yx: -yx, yy: yy, y0: y0 + yx * last)
  }

  /// How far neighbouring output samples lie apart in the picture, in pixels; the larger of both directions.
  var spacing: Double { max(hypot(xx, yx), hypot(xy, yy)) }

  /// Whether all output samples lie within bounds that fixed-point numbers hold with room to spare.
  func isRepresentable(outputSide: Int) -> Bool {
    let side = Double(outputSide)
    let reachX = abs(x0) + (abs(xx) + abs(xy)) * side
    let reachY = abs(y0) + (abs(yx) + abs(yy)) * side
    return reachX < 1e6 && reachY < 1e6
  }
}
