import Datasets
import Evaluation
import SupportVectors
import Tensors

/// A support vector experiment at work.
public struct SupportVectorRun {
  /// What happens, for who waits.
  public enum Progress: Sendable {
    /// The machine is trained.
    case training(SupportVectorClassifier.TrainingEvent)
    /// A part is predicted: blocks done of all.
    case predicting(part: String, done: Int, of: Int)
  }

  /// What is run.
  public let experiment: SupportVectorExperiment
  /// The pictures it runs on.
  public let data: TrainingData
  /// Which of them train, choose and test.
  public let split: Split
  private let pool: WorkerPool

  /// - Parameters:
  ///   - experiment: What is run.
  ///   - pictures: The whole data set.
  ///   - pool: Who computes.
  /// - Throws: `SplitError`.
  public init(
    experiment: SupportVectorExperiment, pictures: FacePictures, pool: WorkerPool
  ) throws(SplitError) {
    let labelling = experiment.labelling
    let (chosen, split) = try experiment.evaluation.split(pictures)
    self.experiment = experiment
    self.split = split
    self.pool = pool
    data = TrainingData(
      pictures: chosen, labels: chosen.labels.map { labelling.label(of: $0) },
      classNames: labelling.classNames)
  }

  /// Trains, and predicts every part.
  ///
  /// - Parameters:
  ///   - report: Told what happens, from any worker, one at a time.
  ///   - isCancelled: Asked often, from any worker, whether to stop.
  /// - Returns: The machine and what it says.
  /// - Throws: `SupportVectorError`; `cancelled` among them.
  public func run(
    report: @escaping @Sendable (Progress) -> Void, isCancelled: @escaping @Sendable () -> Bool
  ) throws(SupportVectorError) -> (model: SupportVectorModel, predictions: [PartPredictions]) {
    var scaler: MinMaxScaler?
    var training = try features(of: split.train)
    if experiment.features == .minMaxScaledPixels {
      let fitted = try MinMaxScaler(fittedOn: training)
      training = try fitted.scaled(training)
      scaler = fitted
    }
    let classifier = try SupportVectorClassifier.train(
      on: training, labels: split.train.map { data.labels[$0] }, settings: experiment.settings, pool: pool,
      report: { report(.training($0)) }, isCancelled: isCancelled
    ).classifier
    let model = SupportVectorModel(
      classifier: classifier, scaler: scaler,
      metadata: [
        "experiment": experiment.name, "features": experiment.features.rawValue,
        "labels": data.classNames.joined(separator: ","),
      ])
    var predictions: [PartPredictions] = []
    for (part, places) in [("train", split.train), ("validation", split.validation), ("test", split.test)]
    where !places.isEmpty {
      var samples = part == "train" ? training : try features(of: places)
      if part != "train", let scaler { samples = try scaler.scaled(samples) }
      let said = try classifier.predict(
        samples, pool: pool, report: { report(.predicting(part: part, done: $0, of: $1)) },
        isCancelled: isCancelled)
      predictions.append(PartPredictions(part: part, places: places, data: data, predictedLabels: said))
    }
    return (model, predictions)
  }

  private func features(of places: [Int]) throws(SupportVectorError) -> FeatureMatrix {
    let pictures = data.pictures
    switch experiment.features {
    case .minMaxScaledPixels:
      return try FeatureMatrix(
        rows: places.count, columns: FacePictures.pixelsPerPicture, pool: pool
      ) { _, row, target in
        for (place, value) in pictures[places[row]].enumerated() { target[place] = Float(value) }
      }
    case .gradientHistograms:
      return try GradientHistogramExtractor.features(ofPictures: places.count, pool: pool) {
        Array(pictures[places[$0]])
      }
    }
  }
}
