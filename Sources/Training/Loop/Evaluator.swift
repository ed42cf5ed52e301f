import Datasets
import NeuralNetwork
import Tensors

/// Computes a network's logits for pictures of the data set, without training.
public final class Evaluator {
  private let network: SequentialNetwork
  private let batch: Batch
  private let classCount: Int
  private let batchSize: Int
  private let threads: Int

  /// - Parameters:
  ///   - layers: The network, for the inputs' side.
  ///   - inputCount: Floats of one picture's input.
  ///   - batchSize: Pictures at a time.
  ///   - pool: Who computes.
  public init(layers: [any Layer], inputCount: Int, batchSize: Int = 32, pool: WorkerPool) {
    network = SequentialNetwork(layers: layers, maximumImages: batchSize, isTrained: false, pool: pool)
    classCount = network.outputShape.count
    self.batchSize = batchSize
    threads = pool.workerCount
    batch = Batch(maximumImages: batchSize, inputCount: inputCount, classCount: classCount)
  }

  /// The logits of pictures, [places, classes].
  ///
  /// - Parameters:
  ///   - places: Pictures' places in the data set.
  ///   - data: The data set.
  ///   - input: What the network sees.
  ///   - seed: For inputs that are drawn.
  ///   - epoch: For inputs that are drawn.
  ///   - isStopped: Asked before each batch; true ends the work.
  /// - Returns: nil where the work was ended.
  public func logits(
    of places: [Int], in data: TrainingData, input: any PictureInput, seed: UInt64 = 0, epoch: Int = 0,
    isStopped: () -> Bool = { false }
  ) -> [Float]? {
    let order = BatchOrder(
      places: places, batchSize: batchSize, input: input, labelSmoothing: 0, mixup: nil, seed: seed,
      epoch: epoch)
    var result: [Float] = []
    result.reserveCapacity(places.count * classCount)
    for number in 0..<order.batchCount {
      if isStopped() { return nil }
      batch.fill(
        order.places(ofBatch: number), from: data, order: order, batch: number, threads: threads)
      result += network.forward(batch.inputs.base, images: batch.images, isTraining: false)
    }
    return result
  }
}

extension Evaluator {
  /// Mean cross-entropy and accuracy of logits.
  static func score(
    logits: [Float], labels: [Int], classCount: Int, loss: TrainingLoss = .softmaxCrossEntropy
  ) -> (loss: Double, accuracy: Double) {
    guard !labels.isEmpty else { return (0, 0) }
    let targets = labels.flatMap { SoftmaxCrossEntropy.target(label: $0, classCount: classCount) }
    let mean = logits.withUnsafeBufferPointer { logits in
      targets.withUnsafeBufferPointer {
        loss.loss(outputs: logits, targets: $0, classCount: classCount)
      }
    }
    let correct = labels.indices.count { place in
      predicted(logits[place * classCount..<(place + 1) * classCount]) == labels[place]
    }
    return (mean, Double(correct) / Double(labels.count))
  }

  /// The class of the largest logit, the first of equals.
  static func predicted(_ logits: some RandomAccessCollection<Float>) -> Int {
    var best = logits.startIndex
    for place in logits.indices where logits[place] > logits[best] { best = place }
    return logits.distance(from: logits.startIndex, to: best)
  }
}
