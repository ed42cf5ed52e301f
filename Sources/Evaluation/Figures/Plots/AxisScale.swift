import Foundation

/// The values that an axis spans and those that it names.
struct AxisScale: Equatable {
  /// A value that the axis names.
  struct Tick: Equatable {
    let value: Double
    let text: String
  }

  let lower: Double
  let upper: Double
  let ticks: [Tick]
  let isLogarithmic: Bool

  /// Where a value is, 0 at the lower end and 1 at the upper.
  func share(of value: Double) -> Double {
    isLogarithmic ? log(value / lower) / log(upper / lower) : (value - lower) / (upper - lower)
  }

  /// An axis of evenly spaced round values (1, 2 or 5 times a power of ten apart).
  ///
  /// - Parameters:
  ///   - values: What must be on it; those that are not finite do not count.
  ///   - including: Ends that must be on it too, e.g. 0.
  ///   - count: About how many values to name.
  ///   - isWhole: Whether only whole numbers are named.
  ///   - reachesTicks: Whether the axis ends at round values or at the data.
  ///   - text: How a named value is written; by default with as many decimals as the steps need.
  static func linear(
    _ values: [Double], including: [Double] = [], count: Int = 5, isWhole: Bool = false,
    reachesTicks: Bool = true, text: ((Double) -> String)? = nil
  ) -> AxisScale {
    // A bound that keeps the arithmetic below from overflowing.
    let finite = (values + including).filter { $0.isFinite && abs($0) < 1e100 }
    var low = finite.min() ?? 0
    var high = finite.max() ?? 1
    if high - low <= abs(high) * 1e-9 {
      let half = isWhole ? 1 : max(abs(high) * 0.1, 1e-6)
      (low, high) = (low - half, high + half)
    }
    let step = roundStep((high - low) / Double(max(count, 1)), isWhole: isWhole)
    let first = (low / step + (reachesTicks ? 1e-9 : -1e-9)).rounded(reachesTicks ? .down : .up)
    let last = (high / step + (reachesTicks ? -1e-9 : 1e-9)).rounded(reachesTicks ? .up : .down)
    let decimals = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
    // Enough to tell one named value from the next.
    let digits = max(6, Int(log10(max(abs(first), abs(last), 1)).rounded(.up)) + 1)
    let ticks = stride(from: first, through: last, by: 1).map { index in
      let value = index * step
      return Tick(
        value: value,
        text: text?(value)
          ?? (decimals > 6 || abs(value) >= 1e7
            ? NumberText.short(value, digits: digits) : NumberText.fixed(value, decimals: decimals)))
    }
    return AxisScale(
      lower: reachesTicks ? first * step : low, upper: reachesTicks ? last * step : high, ticks: ticks,
      isLogarithmic: false)
  }

  /// An axis from the first epoch to the last that names none beyond them.
  static func epochs(_ epochs: [Int], count: Int) -> AxisScale {
    let scale = linear(epochs.map(Double.init), count: count, isWhole: true, reachesTicks: false)
    let range = Double(epochs.min() ?? 0)...Double(epochs.max() ?? 0)
    return AxisScale(
      lower: scale.lower, upper: scale.upper, ticks: scale.ticks.filter { range.contains($0.value) },
      isLogarithmic: false)
  }

  /// An axis on which equal ratios are equally far apart, for positive values.
  static func logarithmic(_ values: [Double]) -> AxisScale {
    let positive = values.filter { $0.isFinite && $0 > 1e-100 && $0 < 1e100 }
    let low = positive.min() ?? 0.1
    let high = positive.max() ?? 1
    var first = Int((log10(low) + 1e-9).rounded(.down))
    var last = Int((log10(high) - 1e-9).rounded(.up))
    if last <= first { (first, last) = (first - (last < first ? 1 : 0), first + 1) }
    let spacing = (last - first + 7) / 8
    let ticks = stride(from: first, through: last, by: spacing).map { power in
      Tick(
        value: pow(10, Double(power)),
        text: (-2...4).contains(power) ? NumberText.short(pow(10, Double(power))) : "1e\(power)")
    }
    return AxisScale(
      lower: pow(10, Double(first)), upper: pow(10, Double(last)), ticks: ticks, isLogarithmic: true)
  }

  private static func roundStep(_ step: Double, isWhole: Bool) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    let factor = step / power
    let round = (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power
    return isWhole ? max(round, 1) : round
  }
}
