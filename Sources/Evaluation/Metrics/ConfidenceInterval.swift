/// An interval that holds the true value with 95 % confidence.
public struct ConfidenceInterval: Sendable, Equatable, Codable {
  /// The lower end.
  public let lower: Double
  /// The upper end.
  public let upper: Double

  /// An interval by its ends.
  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// The 97.5 % quantile of the standard normal distribution.
  static let standardNormalQuantile = 1.959963984540054

  /// The Wilson score interval of a proportion at 95 %.
  ///
  /// Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
  /// Journal of the American Statistical Association 22 (1927). It takes the samples as independent: pictures
  /// of one person, or near-copies, make the true interval wider.
  ///
  /// - Precondition: `0 <= successes <= trials` and `trials > 0`.
  public init(wilsonOf successes: Int, outOf trials: Int) {
    precondition(trials > 0 && successes >= 0 && successes <= trials)
    let z = Self.standardNormalQuantile
    let count = Double(trials)
    let share = Double(successes) / count
    let denominator = 1 + z * z / count
    let centre = (share + z * z / (2 * count)) / denominator
    let halfWidth = z / denominator * (share * (1 - share) / count + z * z / (4 * count * count)).squareRoot()
    // At the ends rounding would leave a last-bit remainder outside 0...1.
    lower = successes == 0 ? 0 : max(centre - halfWidth, 0)
    upper = successes == trials ? 1 : min(centre + halfWidth, 1)
  }
}
