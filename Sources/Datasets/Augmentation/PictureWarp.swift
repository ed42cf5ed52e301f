/// What lies beyond the edge of a picture.
public enum PictureBorder: String, Sendable, Codable, CaseIterable {
  /// The edge's nearest pixel.
  case nearest
  /// Black.
  case zero
}

/// How output samples are taken where they lie further apart than the picture's pixels.
public enum Antialiasing: String, Sendable, Codable, CaseIterable {
  /// One bilinear sample each: fast, and detail between the samples is lost or aliases.
  case none
  /// The mean of two or more bilinear samples in each direction where they lie clearly further apart.
  case supersampled
}

/// Takes all samples of a square output from a 48x48 picture by bilinear interpolation, in one pass and without
/// allocating anything.
///
/// Unsafe pointers because this runs for every picture of every epoch; all reads stay inside the picture whatever the
/// map is. Positions are fixed-point numbers with 32 fractional bits: they step along a row without drift.
struct PictureWarp {
  let map: AffineMap
  let outputSide: Int
  let border: PictureBorder
  /// Samples averaged in each direction; 1 for none.
  let oversampling: Int

  private static let side = FacePictures.side
  private static let unit = 0x1p32
  /// The last position that has a pixel to its right or below.
  private static let end = Int(side - 1) << 32

  /// Samples must lie this much further apart than pixels before they are averaged: below it the bilinear filter
  /// covers the gaps.
  private static let oversamplingThreshold = 1.25
  private static let maximumOversampling = 4

  /// - Precondition: The map is representable; see ``AffineMap/isRepresentable(outputSide:)``.
  init(map: AffineMap, outputSide: Int, border: PictureBorder, antialiasing: Antialiasing = .none) {
    precondition(map.isRepresentable(outputSide: outputSide))
    self.map = map
    self.outputSide = outputSide
    self.border = border
    let spacing = map.spacing
    oversampling =
      antialiasing == .none || spacing <= Self.oversamplingThreshold
      ? 1 : min(Int(spacing.rounded(.up)), Self.maximumOversampling)
  }

  /// Writes `gain * grey value + bias`.
  ///
  /// - Parameters:
  ///   - source: [48, 48] grey values.
  ///   - output: [outputSide, outputSide] floats.
  func write(
    _ source: UnsafePointer<UInt8>, gain: Float, bias: Float, into output: UnsafeMutablePointer<Float>
  ) {
    let share = gain / Float(oversampling * oversampling)
    for row in 0..<outputSide {
      let samples = output + row * outputSide
      for column in 0..<outputSide { samples[column] = 0 }
      for vertical in 0..<oversampling {
        for horizontal in 0..<oversampling {
          addRow(source, atRow: subposition(row, vertical), column: subposition(0, horizontal), to: samples)
        }
      }
      for column in 0..<outputSide { samples[column] = samples[column] * share + bias }
    }
  }

  /// The position of one of the samples that share an output sample.
  private func subposition(_ index: Int, _ part: Int) -> Double {
    Double(index) + (Double(part) + 0.5) / Double(oversampling) - 0.5
  }

  private func addRow(
    _ source: UnsafePointer<UInt8>, atRow row: Double, column: Double, to samples: UnsafeMutablePointer<Float>
  ) {
    let x = Int((map.xx * column + map.xy * row + map.x0) * Self.unit)
    let y = Int((map.yx * column + map.yy * row + map.y0) * Self.unit)
    let xStep = Int(map.xx * Self.unit)
    let yStep = Int(map.yx * Self.unit)
    let inside = Self.inside(x, xStep, outputSide).clamped(to: Self.inside(y, yStep, outputSide))
    for column in 0..<inside.lowerBound {
      samples[column] += edgeSample(source, x &+ column &* xStep, y &+ column &* yStep)
    }
    Self.addInterior(
      source, x &+ inside.lowerBound &* xStep, y &+ inside.lowerBound &* yStep, xStep, yStep,
      samples + inside.lowerBound, inside.count)
    for column in inside.upperBound..<outputSide {
      samples[column] += edgeSample(source, x &+ column &* xStep, y &+ column &* yStep)
    }
  }

  /// The steps at which a position lies in `0..<end`.
  private static func inside(_ start: Int, _ step: Int, _ count: Int) -> Range<Int> {
    if step == 0 { return start >= 0 && start < end ? 0..<count : 0..<0 }
    // The same whether the row is walked from its first or its last sample.
    let low = step > 0 ? -start : start - (end - 1)
    let high = step > 0 ? (end - 1) - start : start
    let size = abs(step)
    if high < 0 { return 0..<0 }
    let first = low <= 0 ? 0 : (low + size - 1) / size
    let last = min(high / size, count - 1)
    return first <= last ? first..<last + 1 : 0..<0
  }

  /// All samples have a pixel on each side.
  @inline(__always)
  private static func addInterior(
    _ source: UnsafePointer<UInt8>, _ startX: Int, _ startY: Int, _ xStep: Int, _ yStep: Int,
    _ samples: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    var x = startX
    var y = startY
    for column in 0..<count {
      let corner = source + ((y >> 32) &* side &+ (x >> 32))
      let right = fraction(x)
      let down = fraction(y)
      let upperLeft = Int32(corner[0])
      let lowerLeft = Int32(corner[side])
      let upper = Float(upperLeft) + right * Float(Int32(corner[1]) &- upperLeft)
      let lower = Float(lowerLeft) + right * Float(Int32(corner[side + 1]) &- lowerLeft)
      samples[column] += upper + down * (lower - upper)
      x &+= xStep
      y &+= yStep
    }
  }

  /// The fractional part, as precise as a float holds.
  @inline(__always)
  private static func fraction(_ position: Int) -> Float {
    Float(Int32(truncatingIfNeeded: position >> 8 & 0xFF_FFFF)) * 0x1p-24
  }

  private func edgeSample(_ source: UnsafePointer<UInt8>, _ x: Int, _ y: Int) -> Float {
    switch border {
    case .nearest:
      // The clamped position may be the last pixel's, which is one whole step right of the one before.
      let (column, right) = Self.clampedPosition(x)
      let (row, down) = Self.clampedPosition(y)
      let corner = source + (row * Self.side + column)
      let upper = Float(corner[0]) + right * (Float(corner[1]) - Float(corner[0]))
      let lower =
        Float(corner[Self.side]) + right * (Float(corner[Self.side + 1]) - Float(corner[Self.side]))
      return upper + down * (lower - upper)
    case .zero:
      let column = x >> 32
      let row = y >> 32
      let right = Self.fraction(x)
      let upper =
        Self.pixel(source, column, row) * (1 - right) + Self.pixel(source, column + 1, row) * right
      let lower =
        Self.pixel(source, column, row + 1) * (1 - right) + Self.pixel(source, column + 1, row + 1) * right
      return upper + Self.fraction(y) * (lower - upper)
    }
  }

  private static func clampedPosition(_ position: Int) -> (index: Int, fraction: Float) {
    if position >= end { return (side - 2, 1) }
    return position <= 0 ? (0, 0) : (position >> 32, fraction(position))
  }

  private static func pixel(_ source: UnsafePointer<UInt8>, _ column: Int, _ row: Int) -> Float {
    column >= 0 && column < side && row >= 0 && row < side ? Float(source[row * side + column]) : 0
  }
}
