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

  /// Trains, and predicts parts.
  ///
  /// - Parameters:
  ///   - parts: Which parts are predicted.
  ///   - report: Told what happens, from any worker, one at a time.
  ///   - isCancelled: Asked often, from any worker, whether to stop.
  /// - Returns: The machine, what it says, and how each pair of classes was solved.
  /// - Throws: `SupportVectorError`; `cancelled` among them.
  public func run(
    parts: Set<ResultPart> = Set(ResultPart.allCases), report: @escaping @Sendable (Progress) -> Void,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws(SupportVectorError) -> (
    model: SupportVectorModel, predictions: [PartPredictions], pairs: [SupportVectorClassifier.PairReport]
  ) {
    var scaler: MinMaxScaler?
    var training = try features(of: split.train)
    if experiment.features == .minMaxScaledPixels {
      let fitted = try MinMaxScaler(fittedOn: training)
      training = try fitted.scaled(training)
      scaler = fitted
    }
    let trained = try SupportVectorClassifier.train(
      on: training, labels: split.train.map { data.labels[$0] }, settings: experiment.settings, pool: pool,
      report: { report(.training($0)) }, isCancelled: isCancelled)
    let classifier = trained.classifier
    let model = SupportVectorModel(
      classifier: classifier, scaler: scaler,
      metadata: [
        "experiment": experiment.name, "features": experiment.features.rawValue,
        "labels": data.classNames.joined(separator: ","),
      ])
    var predictions: [PartPredictions] = []
    for (part, places) in split.parts(parts) {
      var samples = part == .train ? training : try features(of: places)
      if part != .train, let scaler { samples = try scaler.scaled(samples) }
      let said = try classifier.predict(
        samples, pool: pool, report: { report(.predicting(part: part.rawValue, done: $0, of: $1)) },
        isCancelled: isCancelled)
      predictions.append(
        PartPredictions(part: part.rawValue, places: places, data: data, predictedLabels: said))
    }
    return (model, predictions, trained.pairs)
  }

  /// What limits the figures of a machine that was not solved to its end.
  ///
  /// - Parameters:
  ///   - pairs: How each pair of classes was solved.
  ///   - classNames: A name for each class.
  /// - Returns: A sentence that names the pairs; nil where all came within the tolerance.
  public static func caveat(
    of pairs: [SupportVectorClassifier.PairReport], classNames: [String]
  ) -> String? {
    let unsolved = pairs.filter { !$0.hasConverged }
    if unsolved.isEmpty { return nil }
    let names = unsolved.map { pair in
      let classes = "\(classNames[pair.first]) and \(classNames[pair.second])"
      return "\(classes) after \(NumberText.grouped(pair.iterations)) steps"
    }
    return "The solver gave up on pairs of classes before they were within the tolerance; the figures are "
      + "those of where it stood: \(names.joined(separator: "; "))."
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
