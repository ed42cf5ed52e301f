import Glibc

extension Augmentation {
  /// The same kinds of changes, weaker or stronger: what is drawn to either side of nothing has so many times its range,
  /// factors so many times their logarithms' range, and so many times as many pictures are warped and covered, at most all.
  /// Mirroring, which is either done or not, and sizes stay.
  ///
  /// A network's last epochs on weakly changed pictures bring it near those that it is going to see (Z. He et al., "Data
  /// Augmentation Revisited: Rethinking the Distribution Gap between Clean and Augmented Data", 2019).
  ///
  /// - Parameter strength: At least 0, where nothing but mirroring and crops is left; 1 changes nothing. What grows out of
  ///   its permitted range is found by ``validate()``.
  public func scaled(by strength: Double) -> Augmentation {
    var scaled = self
    // A warped picture is blurred however little it is moved.
    scaled.warpProbability = min(warpProbability * strength, 1)
    scaled.shift *= strength
    scaled.rotationDegrees *= strength
    scaled.shearDegrees *= strength
    scaled.scale = Self.factors(scale, scaledBy: strength)
    scaled.aspect = Self.factors(aspect, scaledBy: strength)
    scaled.brightness = Self.factors(brightness, scaledBy: strength)
    scaled.contrast = Self.factors(contrast, scaledBy: strength)
    scaled.erasing?.probability *= strength
    return scaled
  }

  private static func factors(_ range: ClosedRange<Double>, scaledBy strength: Double) -> ClosedRange<Double>
  {
    let bounds = [range.lowerBound, range.upperBound].map { pow($0, strength) }
    return min(bounds[0], bounds[1])...max(bounds[0], bounds[1])
  }
}
