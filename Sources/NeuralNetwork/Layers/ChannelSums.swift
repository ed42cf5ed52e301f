import CKernels
import Tensors

/// Sums over the rows of [rows, channels], in double precision and in an order that depends on the number of workers
/// alone.
enum ChannelSums {
  /// Gathers several sums a channel.
  ///
  /// - Parameters:
  ///   - rows: Rows that are shared out.
  ///   - channels: Sums of a kind.
  ///   - kinds: Kinds of sums.
  ///   - pool: Who computes.
  ///   - add: Adds a range of rows to [kinds, channels] sums of its own.
  /// - Returns: [kinds, channels].
  static func gather(
    rows: Int, channels: Int, kinds: Int, pool: WorkerPool,
    _ add: (Range<Int>, UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    let count = kinds * channels
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: count * pool.workerCount) { parts in
      parts.initialize(repeating: 0)
      let base = parts.baseAddress!
      pool.split(rows) { worker, range in add(range, base + worker * count) }
      return (0..<count).map { place in
        (0..<pool.workerCount).reduce(0.0) { $0 + parts[$1 * count + place] }
      }
    }
  }

  /// The plain sums, as a bias's gradient is.
  static func write(
    _ values: UnsafePointer<Float>, rows: Int, channels: Int, to sums: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    let zeros = [Float](repeating: 0, count: channels)
    let totals = zeros.withUnsafeBufferPointer { shift in
      gather(rows: rows, channels: channels, kinds: 2, pool: pool) { range, parts in
        kernel_channel_moments(
          values + range.lowerBound * channels, range.count, channels, shift.baseAddress!, parts,
          parts + channels)
      }
    }
    for channel in 0..<channels { sums[channel] = Float(totals[channel]) }
  }
}
