import Datasets
import Evaluation
import Foundation
import NeuralNetwork
import Tensors
import WeightExchange

/// A trained network that answers for pictures of 48x48, whatever its file was. One thread uses it at a time.
public final class PictureClassifier {
  /// How the network's output becomes probabilities.
  enum Output { case softmax, normalized }

  private enum Network {
    case vgg19(VGG19)
    case layers(SequentialNetwork)
  }

  /// Which classes it tells apart.
  public let labelling: Labelling
  /// The file's text.
  public let metadata: [String: String]
  /// What its run or its file says of the pictures that trained it.
  public internal(set) var origin = TrainingOrigin()
  /// Why nobody knows which of the pictures that it was opened with trained it; nil where its parts tell it.
  public internal(set) var doubt: TrainingOrigin.Doubt?
  /// Which parts of the pictures that it was opened with trained it; nil where nobody knows.
  public var trainingParts: EvaluationProtocol? {
    EvaluationProtocol.allCases.first { $0.name == metadata[TrainedModel.trainingPartsKey] }
  }
  /// What the daemon divides its logits by.
  public var temperature: Double {
    guard hasLogits, let value = metadata["temperature"].flatMap(Double.init), value > 0, value.isFinite
    else {
      return 1
    }
    return value
  }
  /// Whether several views of a picture can be shown; not where each pixel has a scale of its own.
  public var acceptsViews: Bool { fixedInput == nil }
  /// Whether its outputs are logits, so that a temperature can be fitted.
  public var hasLogits: Bool { output == .softmax }

  private let network: Network
  private let output: Output
  private let fixedInput: (any PictureInput)?
  private let batch: FloatStorage

  /// Pictures or views at a time.
  private static let batchSize = 40

  /// The daemon's network.
  init(
    file: Safetensors, labelling: Labelling, metadata: [String: String], pool: WorkerPool
  ) throws(WeightFileError) {
    network = .vgg19(
      try VGG19(
        file: file, classCount: labelling.classNames.count, maximumBatch: Self.batchSize, pool: pool))
    self.labelling = labelling
    self.metadata = metadata
    (output, fixedInput) = (.softmax, nil)
    batch = FloatStorage(zeros: Self.batchSize * FacePictures.pixelsPerPicture)
  }

  /// A network of an experiment.
  init(
    layers: [any Layer], labelling: Labelling, metadata: [String: String], output: Output,
    fixedInput: (any PictureInput)?, pool: WorkerPool
  ) {
    network = .layers(
      SequentialNetwork(layers: layers, maximumImages: Self.batchSize, isTrained: false, pool: pool))
    self.labelling = labelling
    self.metadata = metadata
    (self.output, self.fixedInput) = (output, fixedInput)
    batch = FloatStorage(zeros: Self.batchSize * FacePictures.pixelsPerPicture)
  }

  /// The outputs for pictures.
  ///
  /// - Parameters:
  ///   - places: Pictures' places.
  ///   - pictures: The data set.
  ///   - views: What is shown of each picture.
  ///   - report: Told how many pictures are done, after each batch; throwing ends the work.
  /// - Returns: [places, views, classes], and how many views there are.
  /// - Precondition: One view, or ``acceptsViews``.
  public func outputs(
    of places: [Int], in pictures: FacePictures, views kind: TestTimeViews.Kind,
    report: (Int) throws -> Void = { _ in }
  ) throws -> ViewOutputs {
    let views = try TestTimeViews(kind)
    precondition(acceptsViews || views.count == 1)
    let classCount = labelling.classNames.count
    let pixels = FacePictures.pixelsPerPicture
    let chunk = max(1, Self.batchSize / views.count)
    var values: [Float] = []
    values.reserveCapacity(places.count * views.count * classCount)
    for start in stride(from: 0, to: places.count, by: chunk) {
      let rows = places[start..<min(start + chunk, places.count)]
      for (row, place) in rows.enumerated() {
        let target = batch.base + row * views.count * pixels
        pictures.withPicture(at: place) { picture in
          if let fixedInput {
            fixedInput.write(picture, seed: 0, epoch: 0, index: place, into: target)
          } else {
            views.write(picture, into: target)
          }
        }
      }
      let count = rows.count * views.count
      switch network {
      case .vgg19(let network): values += network.logits(for: batch.base, count: count)
      case .layers(let network): values += network.forward(batch.base, images: count, isTraining: false)
      }
      try report(start + rows.count)
    }
    return ViewOutputs(values: values, viewCount: views.count, classCount: classCount, output: output)
  }
}

/// What a network answers for the views of pictures.
public struct ViewOutputs: Sendable {
  /// [pictures, views, classes].
  public let values: [Float]
  /// Views of a picture.
  public let viewCount: Int
  /// Values of a view.
  public let classCount: Int
  let output: PictureClassifier.Output

  /// The mean of the views' probabilities (not of their logits), a row a picture.
  ///
  /// - Parameter temperature: What logits are divided by.
  /// - Throws: `EvaluationError` for outputs that are not finite.
  public func probabilities(temperature: Double = 1) throws(EvaluationError) -> ProbabilityTable {
    let views =
      switch output {
      case .softmax: try ProbabilityTable(logits: values, classCount: classCount, temperature: temperature)
      case .normalized: try Self.normalized(values, classCount: classCount)
      }
    if viewCount == 1 { return views }
    let pictureCount = values.count / (viewCount * classCount)
    var means = [Double](repeating: 0, count: pictureCount * classCount)
    for row in 0..<pictureCount * viewCount {
      for (index, value) in views[row].enumerated() {
        means[row / viewCount * classCount + index] += value / Double(viewCount)
      }
    }
    return try ProbabilityTable(means, classCount: classCount)
  }

  /// The temperature at which ``probabilities(temperature:)`` fits labels best; nil where there is no softmax.
  ///
  /// - Parameter trueLabels: A class a picture.
  /// - Throws: `EvaluationError` for outputs that are not finite, and for other counts.
  public func temperature(fitting trueLabels: [Int]) throws(EvaluationError) -> TemperatureScaling? {
    guard output == .softmax else { return nil }
    if viewCount == 1 {
      return try TemperatureScaling(fitting: values, trueLabels: trueLabels, classCount: classCount)
    }
    return try TemperatureScaling(
      fittingViews: values, viewCount: viewCount, trueLabels: trueLabels, classCount: classCount)
  }

  /// The logits of a single view; nil for several views, or where there is no softmax.
  public var logits: [Float]? { output == .softmax && viewCount == 1 ? values : nil }

  /// Outputs of a last ReLU divided by their sum, as their loss takes them; all 0 counts as equal ones.
  private static func normalized(
    _ values: [Float], classCount: Int
  ) throws(EvaluationError) -> ProbabilityTable {
    var shares: [Double] = []
    shares.reserveCapacity(values.count)
    for start in stride(from: 0, to: values.count, by: classCount) {
      let row = values[start..<start + classCount]
      let sum = row.reduce(0) { $0 + Double($1) }
      shares += row.map { sum > 0 ? Double($0) / sum : 1 / Double(classCount) }
    }
    return try ProbabilityTable(shares, classCount: classCount)
  }
}
