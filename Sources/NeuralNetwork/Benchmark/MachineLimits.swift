import CKernels
import Tensors

/// What bounds a network on this machine, measured: the rate of the matrix product from the cache, and the
/// bandwidth of reading memory, each on all workers at once.
struct MachineLimits {
  /// Multiplications and additions a second.
  let productFlops: Double
  /// Bytes a second.
  let bytesPerSecond: Double

  private static let repetitions = 5

  init(pool: WorkerPool) {
    productFlops = Self.productRate(pool)
    bytesPerSecond = Self.readRate(pool)
  }

  private static func productRate(_ pool: WorkerPool) -> Double {
    let (rows, inner, columns, calls) = (96, 256, 64, 400)
    let buffers = (0..<pool.workerCount).map { _ in
      (
        FloatStorage(zeros: rows * inner), FloatStorage(zeros: inner * columns),
        FloatStorage(zeros: rows * columns)
      )
    }
    let seconds = best {
      pool.forEachWorker { worker in
        let (a, b, c) = buffers[worker]
        for _ in 0..<calls {
          kernel_multiply_packed(a.base, inner, rows, inner, b.base, columns / 32, 0, c.base, columns)
        }
      }
    }
    return Double(2 * rows * inner * columns * calls * pool.workerCount) / seconds
  }

  private static func readRate(_ pool: WorkerPool) -> Double {
    let count = 16 << 20
    let buffers = (0..<pool.workerCount).map { _ in FloatStorage(zeros: count) }
    // So many sums that none waits for the one before it.
    let channels = 1024
    let sink = FloatStorage(zeros: channels * pool.workerCount)
    let seconds = best {
      pool.forEachWorker { worker in
        kernel_global_average(
          buffers[worker].base, 1, count / channels, channels, sink.base + channels * worker)
      }
    }
    return Double(count * MemoryLayout<Float>.size * pool.workerCount) / seconds
  }

  private static func best(_ body: () -> Void) -> Double {
    var best = Duration.seconds(3600)
    for _ in 0..<repetitions { best = min(best, ContinuousClock().measure(body)) }
    return Double(best.components.seconds) + Double(best.components.attoseconds) * 1e-18
  }
}
