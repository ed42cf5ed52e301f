/// How long something took, over all the times that it was done: counts by duration, their sum, and the newest
/// durations one by one. Its size does not grow.
public struct LatencyHistogram: Sendable, Equatable {
  /// The upper bounds of the counts, in seconds, each one included; beyond the last there is one more count. They
  /// are dense about a frame time, 1/30 s.
  public static let boundsSeconds: [Double] = [
    0.001, 0.0025, 0.005, 0.01, 0.02, 0.033, 0.05, 0.1, 0.2, 0.5, 1, 2.5,
  ]
  private static let boundsNanoseconds = boundsSeconds.map { UInt64(($0 * 1e9).rounded()) }
  private static let recentCount = 64

  /// How many durations fell between each bound and the one before it; one more than there are bounds.
  public private(set) var counts = [UInt64](repeating: 0, count: boundsSeconds.count + 1)
  /// How many durations there were.
  public private(set) var count: UInt64 = 0
  /// All durations together, in seconds.
  public private(set) var sumSeconds = 0.0
  private var recent: [UInt64] = []

  /// Nothing has been done yet.
  public init() {}

  /// Takes in one duration.
  public mutating func record(nanoseconds: UInt64) {
    let index = Self.boundsNanoseconds.firstIndex { nanoseconds <= $0 } ?? Self.boundsNanoseconds.count
    counts[index] += 1
    if recent.count < Self.recentCount {
      recent.append(nanoseconds)
    } else {
      recent[Int(count % UInt64(Self.recentCount))] = nanoseconds
    }
    count += 1
    sumSeconds += Double(nanoseconds) / 1e9
  }

  /// The median of the newest 64 durations in milliseconds; nil before the first.
  public var recentMedianMilliseconds: Double? { recentQuantile(0.5) }

  /// The duration that 95 of 100 of the newest 64 do not exceed, in milliseconds; nil before the first.
  public var recent95thMilliseconds: Double? { recentQuantile(0.95) }

  /// The nearest-rank quantile.
  private func recentQuantile(_ fraction: Double) -> Double? {
    guard !recent.isEmpty else { return nil }
    let rank = Int((fraction * Double(recent.count)).rounded(.up))
    return Double(recent.sorted()[max(0, rank - 1)]) / 1e6
  }
}
