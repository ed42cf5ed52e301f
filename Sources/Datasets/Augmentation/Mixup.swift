import Glibc
import Tensors

/// Mixes pairs of a batch's pictures and of their labels (H. Zhang et al., "mixup: Beyond Empirical Risk
/// Minimization", 2018): `lambda * picture + (1 - lambda) * its partner`, and the same for the targets. Whoever trains
/// does the mixing; this draws the numbers.
public struct Mixup: Sendable, Equatable, Codable {
  /// The parameter of the Beta distribution, above 0: small for pictures that are hardly mixed, 1 for every mixture
  /// alike. The paper has 0.2 for ImageNet, 1 for CIFAR-10.
  public var alpha: Double

  /// Mixing by Beta(alpha, alpha).
  public init(alpha: Double) { self.alpha = alpha }

  /// The mixture of one batch.
  public struct Draw: Sendable, Equatable {
    /// The part of each picture itself, 0...1; its partner's is 1 minus this.
    public let lambda: Float
    /// Each picture's partner: a permutation of the batch's positions.
    public let partners: [Int]
  }

  /// Throws unless alpha can be drawn by: 0.001...1000.
  public func validate() throws(AugmentationError) {
    try AugmentationError.check("mixup.alpha", alpha, in: 0.001...1000)
  }

  /// Draws the mixture of a batch of that many pictures.
  public func draw(count: Int, using generator: inout SeededGenerator) -> Draw {
    let lambda = generator.nextBeta(alpha, alpha)
    return Draw(lambda: Float(lambda), partners: (0..<count).shuffled(using: &generator))
  }
}

extension SeededGenerator {
  /// A number of the Beta distribution, 0...1, as the share of the first of two Gamma numbers; by their logarithms,
  /// because for small parameters both are mostly too small for a floating-point number.
  mutating func nextBeta(_ first: Double, _ second: Double) -> Double {
    let logFirst = nextLogGamma(first)
    let logSecond = nextLogGamma(second)
    return 1 / (1 + exp(logSecond - logFirst))
  }

  /// The logarithm of a number of the Gamma distribution with this shape and scale 1 (G. Marsaglia, W. W. Tsang, "A
  /// Simple Method for Generating Gamma Variables", ACM TOMS 26, 2000, section 7; shapes below 1 by the remark of
  /// section 8: Gamma(a) = Gamma(a + 1) U^(1/a)).
  mutating func nextLogGamma(_ shape: Double) -> Double {
    if shape < 1 { return nextLogGamma(shape + 1) + log(nextPositiveUnit()) / shape }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let normal = Double(nextNormal())
      let root = 1 + c * normal
      if root <= 0 { continue }
      let cube = root * root * root
      if log(nextPositiveUnit()) < normal * normal / 2 + d - d * cube + d * log(cube) { return log(d * cube) }
    }
  }

  /// In 0..<1, never 0.
  private mutating func nextPositiveUnit() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }
}
