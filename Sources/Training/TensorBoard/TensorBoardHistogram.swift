import Foundation

/// How many values fall into which range, in the buckets that TensorFlow uses and TensorBoard expects
/// (`tensorflow/core/lib/histogram/histogram.cc`): limits ±10⁻¹² · 1.1ⁿ below 10²⁰, zero, and the largest double.
public struct TensorBoardHistogram: Sendable, Equatable {
  /// Upper limits of all buckets, ascending; a bucket reaches from the limit before it, itself included, to its own,
  /// not included.
  public static let limits: [Double] = {
    var positive: [Double] = []
    var limit = 1e-12
    while limit < 1e20 {
      positive.append(limit)
      limit *= 1.1
    }
    positive.append(.greatestFiniteMagnitude)
    return positive.reversed().map { -$0 } + [0] + positive
  }()

  /// The smallest and the largest value; both zero where there is none.
  public private(set) var range: ClosedRange<Double> = 0...0
  /// How many values there are.
  public private(set) var count = 0
  /// Their sum.
  public private(set) var sum = 0.0
  /// The sum of their squares.
  public private(set) var sumOfSquares = 0.0
  /// How many of them are in each bucket.
  public private(set) var counts = [Int](repeating: 0, count: limits.count)

  /// Counts values. Those that are not finite have no place in a histogram and are left out.
  public init(_ values: some Sequence<Float>) {
    Self.limits.withUnsafeBufferPointer { limits in
      counts.withUnsafeMutableBufferPointer { counts in
        for value in values where value.isFinite {
          let value = Double(value)
          counts[Self.bucket(of: value, limits)] += 1
          range = count == 0 ? value...value : min(range.lowerBound, value)...max(range.upperBound, value)
          count += 1
          sum += value
          sumOfSquares += value * value
        }
      }
    }
  }

  /// The first bucket whose limit is above the value.
  private static func bucket(of value: Double, _ limits: UnsafeBufferPointer<Double>) -> Int {
    var (low, high) = (0, limits.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if limits[middle] > value { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The buckets as an event stores them: of every run of empty ones a single one stays, which keeps the last limit.
  public var compacted: (limits: [Double], counts: [Double]) {
    var result: (limits: [Double], counts: [Double]) = ([], [])
    var isInEmptyRun = false
    for (limit, count) in zip(Self.limits, counts) {
      if count == 0 && isInEmptyRun {
        result.limits[result.limits.count - 1] = limit
      } else {
        result.limits.append(limit)
        result.counts.append(Double(count))
      }
      isInEmptyRun = count == 0
    }
    return result
  }
}
