import Tensors

/// Covers a rectangle of a picture, so that a network does not rely on one part of a face (Z. Zhong et al., "Random
/// Erasing Data Augmentation", 2017, algorithm 1).
public struct RandomErasing: Sendable, Equatable, Codable {
  /// What a rectangle is covered with.
  public enum Fill: String, Sendable, Codable, CaseIterable {
    /// Every pixel a random value, the paper's best choice.
    case noise
    /// One random value for all of them.
    case randomGrey
    /// Black.
    case zero
    /// The middle between black and white.
    case middleGrey
  }

  /// How probable it is that a picture is covered, 0...1; the paper's p.
  public var probability: Double
  /// The rectangle's part of the area, above 0, at most 1; the paper's s_l and s_h.
  public var area: ClosedRange<Double>
  /// Height over width, 0.01...100; the paper's r_1 and r_2. Drawn evenly, as there.
  public var aspect: ClosedRange<Double>
  /// What it is covered with.
  public var fill: Fill

  private static let attempts = 100

  /// The paper's values, where not told otherwise: half of the pictures, 2 to 40 % of their area, aspect from 0.3 to
  /// its reciprocal.
  public init(
    probability: Double = 0.5, area: ClosedRange<Double> = 0.02...0.4,
    aspect: ClosedRange<Double> = 0.3...1 / 0.3, fill: Fill = .noise
  ) {
    self.probability = probability
    self.area = area
    self.aspect = aspect
    self.fill = fill
  }

  func validate() throws(AugmentationError) {
    try AugmentationError.check("erasing.probability", probability, in: 0...1)
    try AugmentationError.check("erasing.area", area, in: 1e-4...1)
    try AugmentationError.check("erasing.aspect", aspect, in: 0.01...100)
  }

  /// - Returns: Nil where the picture is spared, or no rectangle fits into it after many tries.
  func draw(outputSide: Int, using generator: inout SeededGenerator) -> ErasedRectangle? {
    guard Double(generator.nextUnit()) < probability else { return nil }
    let side = Double(outputSide)
    for _ in 0..<Self.attempts {
      let erasedArea = generator.uniform(area) * side * side
      let ratio = generator.uniform(aspect)
      let height = Int((erasedArea * ratio).squareRoot().rounded())
      let width = Int((erasedArea / ratio).squareRoot().rounded())
      let left = Int(Double(generator.nextUnit()) * side)
      let top = Int(Double(generator.nextUnit()) * side)
      if height > 0, width > 0, left + width <= outputSide, top + height <= outputSide {
        return ErasedRectangle(
          left: left, top: top, width: width, height: height, fill: fill, seed: generator.next())
      }
    }
    return nil
  }
}

/// A rectangle that is covered, in samples of the output.
public struct ErasedRectangle: Sendable, Equatable {
  /// The first column.
  public let left: Int
  /// The first row.
  public let top: Int
  /// Columns, at least 1.
  public let width: Int
  /// Rows, at least 1.
  public let height: Int
  /// What it is covered with.
  public let fill: RandomErasing.Fill
  /// Of the random values that it is covered with.
  public let seed: UInt64

  func write(into output: UnsafeMutablePointer<Float>, side: Int) {
    var generator = SeededGenerator(seed: seed)
    let grey: Float =
      switch fill {
      case .noise, .zero: 0
      case .randomGrey: generator.nextUnit()
      case .middleGrey: 0.5
      }
    for row in top..<top + height {
      for column in left..<left + width {
        output[row * side + column] = fill == .noise ? generator.nextUnit() : grey
      }
    }
  }
}
