import CV4L2

/// The time from frame to frame, in seconds, as the fraction that drivers know it by.
public struct FrameInterval: Sendable, Hashable {
  /// Of the fraction, at least 1.
  public let numerator: UInt32
  /// Of the fraction, at least 1.
  public let denominator: UInt32

  /// Nil for fractions that are no time, 0/x and x/0.
  init?(numerator: UInt32, denominator: UInt32) {
    guard numerator > 0, denominator > 0 else { return nil }
    self.numerator = numerator
    self.denominator = denominator
  }

  init?(_ fraction: cv4l2_fraction) {
    self.init(numerator: fraction.numerator, denominator: fraction.denominator)
  }

  /// The interval of a rate, which is brought to 0.01...1000 frames a second: exact for whole rates, else
  /// to a thousandth of a frame a second.
  init(framesPerSecond rate: Double) {
    let rate = rate.isFinite ? min(max(rate, 0.01), 1000) : 30
    if rate == rate.rounded() {
      numerator = 1
      denominator = UInt32(rate)
    } else {
      numerator = 1000
      denominator = UInt32((rate * 1000).rounded())
    }
  }

  /// The rate that it makes.
  public var framesPerSecond: Double { Double(denominator) / Double(numerator) }

  var fraction: cv4l2_fraction { cv4l2_fraction(numerator: numerator, denominator: denominator) }
}

/// Intervals that a camera offers: a single one, or all between two.
public struct FrameIntervalRange: Sendable, Hashable {
  /// The interval of the highest rate.
  public let shortest: FrameInterval
  /// The interval of the lowest rate.
  public let longest: FrameInterval

  init(shortest: FrameInterval, longest: FrameInterval) {
    self.shortest = shortest
    self.longest = longest
  }

  /// Nil where the driver's answer makes no sense.
  init?(_ answer: cv4l2_frame_interval) {
    guard let shortest = FrameInterval(answer.minimum), let longest = FrameInterval(answer.maximum),
      shortest.framesPerSecond >= longest.framesPerSecond
    else { return nil }
    self.init(shortest: shortest, longest: longest)
  }

  /// Whether it is a single interval.
  public var isDiscrete: Bool { shortest == longest }

  /// The interval in the range that comes nearest to a rate.
  func nearest(toFramesPerSecond rate: Double) -> FrameInterval {
    if rate >= shortest.framesPerSecond { return shortest }
    if rate <= longest.framesPerSecond { return longest }
    return FrameInterval(framesPerSecond: rate)
  }
}

/// Rates as people write them: `30`, `29.97`, `7.5`.
enum FrameRateText {
  static func text(_ framesPerSecond: Double) -> String {
    guard framesPerSecond.isFinite, framesPerSecond >= 0, framesPerSecond < 1_000_000 else { return "?" }
    let hundredths = Int((framesPerSecond * 100).rounded())
    let whole = String(hundredths / 100)
    switch hundredths % 100 {
    case 0: return whole
    case let rest where rest % 10 == 0: return "\(whole).\(rest / 10)"
    case let rest: return whole + (rest < 10 ? ".0\(rest)" : ".\(rest)")
    }
  }
}
