import Datasets
import Faces
import NeuralNetwork
import Tensors

@testable import Training

/// A task that a network learns in moments: pictures whose brightest quarter tells the class.
enum SmallTask {
  static let classCount = 3

  static func data(count: Int = 96) -> TrainingData {
    var random = SeededGenerator(seed: 4)
    var pixels: [UInt8] = []
    var labels: [Int] = []
    for index in 0..<count {
      let label = index % classCount
      for place in 0..<48 * 48 {
        let (x, y) = (place % 48, place / 48)
        let isBright = (x / 24 + 2 * (y / 24)) == label
        pixels.append(UInt8(random.next() % 100) + (isBright ? 120 : 0))
      }
      labels.append(label)
    }
    let pictures = FacePictures(
      pixels: pixels, labels: labels.map { Emotion(rawValue: $0)! },
      usage: [Usage](repeating: .training, count: count), sourceRows: Array(1...count))
    return TrainingData(pictures: pictures, labels: labels, classNames: ["one", "two", "three"])
  }

  static var settings: TrainingSettings {
    TrainingSettings(
      epochs: 3, batchSize: 10, optimizer: .nesterov(momentum: 0.9, weightDecay: 1e-4),
      schedule: .cosine(peak: 0.02, warmUpEpochs: 0.5), labelSmoothing: 0.1, mixup: Mixup(alpha: 0.2),
      average: WeightAverage.Settings(decay: 0.9, interval: 2), seed: 7)
  }

  /// A small network with everything that has a state: norm, dropout, augmentation.
  static func task(settings: TrainingSettings = settings, data: TrainingData = data()) -> TrainingTask {
    let store = ParameterStore(seed: settings.seed)
    func layers(_ side: Int) -> [any Layer] {
      let input = ActivationShape(height: side, width: side, channels: 1)
      let pool = PoolingLayer(name: "pool", inputShape: input, kind: .average)
      let again = PoolingLayer(name: "again", inputShape: pool.outputShape, kind: .maximum)
      let dense = DenseLayer(
        name: "dense", inputShape: again.outputShape, outputCount: 16, rectifies: false, store: store)
      return [
        pool, again, dense,
        BatchNormalizationLayer(name: "norm", inputShape: dense.outputShape, rectifies: true, store: store),
        DropoutLayer(name: "dropout", inputShape: dense.outputShape, rate: 0.2),
        DenseLayer(
          name: "output_layer", inputShape: dense.outputShape, outputCount: classCount, rectifies: false,
          store: store),
      ]
    }
    _ = layers(48)
    var augmentation = Augmentation()
    augmentation.shift = 0.05
    augmentation.brightness = 0.9...1.1
    return TrainingTask(
      data: data,
      split: Split(train: Array(0..<70), validation: Array(70..<96), test: Array(70..<96)), store: store,
      layers: layers, trainingInput: { _ in try AugmentedInput(augmentation) },
      validationInput: { try PlainInput(side: $0) }, settings: settings)
  }
}
