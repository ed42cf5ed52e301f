import Capture

/// Events a second over the last seconds.
struct RateMeter: Sendable {
  private static let bucketNanoseconds: UInt64 = 500_000_000
  private static let bucketCount = 8

  private var buckets = [UInt64](repeating: 0, count: bucketCount)
  private var current: UInt64 = 0
  private var startedAt: MonotonicTime?

  /// Counts one event.
  mutating func count(at time: MonotonicTime) {
    if startedAt == nil {
      startedAt = time
      current = time.nanoseconds / Self.bucketNanoseconds
    }
    advance(to: time)
    buckets[Int(current % UInt64(Self.bucketCount))] += 1
  }

  /// Events a second over the whole buckets of the last 3.5 seconds, or since the first event where that is
  /// less; the bucket that is still filling counts for the part of it that is over.
  mutating func rate(at time: MonotonicTime) -> Double {
    guard let startedAt else { return 0 }
    advance(to: time)
    // A machine that booted seconds ago has a clock smaller than the window.
    let windowBuckets = UInt64(Self.bucketCount) - 1
    let windowStart = (max(current, windowBuckets) - windowBuckets) * Self.bucketNanoseconds
    let start = max(windowStart, startedAt.nanoseconds)
    let nanoseconds = max(time.nanoseconds > start ? time.nanoseconds - start : 0, Self.bucketNanoseconds)
    return Double(buckets.reduce(0, +)) * 1e9 / Double(nanoseconds)
  }

  private mutating func advance(to time: MonotonicTime) {
    let bucket = time.nanoseconds / Self.bucketNanoseconds
    guard bucket > current else { return }
    let steps = min(bucket - current, UInt64(Self.bucketCount))
    for step in 1...steps { buckets[Int((bucket - steps + step) % UInt64(Self.bucketCount))] = 0 }
    current = bucket
  }
}
