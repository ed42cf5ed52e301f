import Dispatch

/// Assembles the next batch in the background, on Dispatch's threads, while the network computes.
final class BatchLoader {
  private let data: TrainingData
  private let order: BatchOrder
  private let batches: [Batch]
  private let threads: Int
  private let queue = DispatchQueue(label: "batches", qos: .userInitiated)
  private var pending: DispatchWorkItem?
  private var next: Int

  /// - Parameters:
  ///   - data: Where the pictures are.
  ///   - order: What is assembled.
  ///   - firstBatch: Where to begin.
  ///   - classCount: Classes that the network tells apart.
  ///   - threads: How many draw pictures at the same time, at most.
  init(data: TrainingData, order: BatchOrder, firstBatch: Int, classCount: Int, threads: Int) {
    self.data = data
    self.order = order
    self.threads = threads
    next = firstBatch
    batches = (0..<2).map { _ in
      Batch(maximumImages: order.batchSize, inputCount: order.input.count, classCount: classCount)
    }
    prepare(next)
  }

  deinit { pending?.wait() }

  /// The next batch, or nil at the epoch's end. It is valid until the next call, which begins to write
  /// over it.
  func nextBatch() -> Batch? {
    guard next < order.batchCount else { return nil }
    pending?.wait()
    let batch = batches[next % 2]
    next += 1
    prepare(next)
    return batch
  }

  private func prepare(_ number: Int) {
    guard number < order.batchCount else {
      pending = nil
      return
    }
    let (batch, data, order, threads) = (batches[number % 2], data, order, threads)
    let item = DispatchWorkItem {
      batch.fill(order.places(ofBatch: number), from: data, order: order, batch: number, threads: threads)
    }
    pending = item
    queue.async(execute: item)
  }
}
