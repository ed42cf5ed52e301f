import Datasets
import Tensors
import Testing

@testable import Training

struct BatchTests {
  @Test("A batch is the same however many threads draw its pictures", arguments: [2, 3, 7, 64])
  func threads(count: Int) throws {
    let data = SmallTask.data(count: 40)
    let task = SmallTask.task(data: data)
    let order = BatchOrder(
      places: (0..<40).reversed(), batchSize: 30, input: try task.trainingInput(48), labelSmoothing: 0.1,
      mixup: Mixup(alpha: 0.2), seed: 5, epoch: 2)
    let batches = [1, count].map { threads in
      let batch = Batch(
        maximumImages: 30, inputCount: order.input.count, classCount: SmallTask.classCount)
      batch.fill(order.places(ofBatch: 0), from: data, order: order, batch: 0, threads: threads)
      return batch
    }
    #expect(batches[1].images == 30)
    #expect(batches[0].labels == batches[1].labels)
    #expect(Array(batches[0].inputs.buffer) == Array(batches[1].inputs.buffer))
    #expect(Array(batches[0].targets.buffer) == Array(batches[1].targets.buffer))
    #expect(Set(batches[0].inputs.buffer).count > 1000)
  }

  @Test("The last batch of an epoch is shorter, and the loader gives every picture once")
  func lastBatch() throws {
    let data = SmallTask.data(count: 40)
    let order = BatchOrder(
      places: Array(0..<40), batchSize: 30, input: try PlainInput(), labelSmoothing: 0, mixup: nil, seed: 5,
      epoch: 0)
    let loader = BatchLoader(
      data: data, order: order, firstBatch: 0, classCount: SmallTask.classCount, threads: 3)
    var labels: [Int] = []
    var sizes: [Int] = []
    while let batch = loader.nextBatch() {
      sizes.append(batch.images)
      labels += batch.labels
    }
    #expect(sizes == [30, 10])
    #expect(labels == data.labels)
  }
}
