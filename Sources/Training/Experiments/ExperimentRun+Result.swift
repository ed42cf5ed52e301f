import Datasets
import Evaluation
import NeuralNetwork

extension ExperimentRun {
  /// Writes the final weights, and says every part's classes with them, on pictures as they are.
  ///
  /// - Parameters:
  ///   - trainer: Whose run has ended.
  ///   - path: Where the weights go.
  ///   - parts: Which parts are predicted.
  ///   - report: Told which part and how many pictures of how many; throwing ends the work.
  /// - Returns: What the network says of each part that has pictures.
  /// - Throws: `WeightExportError`, `EvaluationError`, and what `report` throws.
  public func predictions(
    of trainer: Trainer, writingTo path: String, parts: Set<ResultPart> = Set(ResultPart.allCases),
    report: (_ part: String, _ done: Int, _ total: Int) throws -> Void = { _, _, _ in }
  ) throws -> [PartPredictions] {
    // The best epoch's weights, where they are the result, stand in the network already.
    if experiment.watch.restoresBest {
      return try predictions(writingTo: path, parts: parts, report: report)
    }
    return try trainer.withEvaluatedWeights {
      try measureMoments(report)
      return try predictions(writingTo: path, parts: parts, report: report)
    }
  }

  /// The name that moments have in reports beside parts.
  public static let momentsName = "norms"

  private func measureMoments(_ report: (String, Int, Int) throws -> Void) throws {
    guard let count = experiment.momentPictures else { return }
    let layers = experiment.network.layers(
      side: VGG19.inputSide, classCount: data.classNames.count, store: store)
    let input = try experiment.validationInput.input(
      side: VGG19.inputSide, data: data, training: split.train)
    // Spread over the whole part: its rows may be sorted.
    let total = min(count, split.train.count)
    let places = (0..<total).map { split.train[$0 * split.train.count / total] }
    try NormMoments.measure(layers, places: places, data: data, input: input, pool: pool) {
      try report(Self.momentsName, $0, total)
    }
  }

  private func predictions(
    writingTo path: String, parts wanted: Set<ResultPart>, report: (String, Int, Int) throws -> Void
  ) throws -> [PartPredictions] {
    let metadata = ["experiment": experiment.name, "labels": data.classNames.joined(separator: ",")]
    try WeightFile.write(store, to: path, metadata: metadata)
    let layers = experiment.network.layers(
      side: VGG19.inputSide, classCount: data.classNames.count, store: store)
    let classifier = try PictureClassifier(
      layers: layers, experiment: experiment, metadata: metadata, pictures: allPictures, pool: pool)
    var parts: [PartPredictions] = []
    for (part, places) in split.parts(wanted) {
      let outputs = try classifier.outputs(of: places, in: data.pictures, views: .plain) {
        try report(part.rawValue, $0, places.count)
      }
      parts.append(
        PartPredictions(
          part: part.rawValue, places: places, data: data, probabilities: try outputs.probabilities(),
          logits: outputs.logits))
    }
    return parts
  }
}
