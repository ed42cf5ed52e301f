/// Every score of a classifier on one set of samples.
///
///     let metrics = try ClassificationMetrics(
///       trueLabels: truth, probabilities: ProbabilityTable(softmax, classCount: 7), labels: names)
///     print(metrics.report.plainText())
///
/// JSON keys are the property names: `labels`, `sampleCount`, `accuracy`, `accuracyInterval` (`lower`,
/// `upper`), `weightedF1`, `macroF1`, `balancedAccuracy`, `cohenKappa`, `topTwoAccuracy`, `logLoss`,
/// `brierScore`, `confusionMatrix` (rows true, columns predicted), `report`. A score that could not be
/// measured is left out.
public struct ClassificationMetrics: Sendable, Equatable, Codable {
  /// The classes' names, in the order of the class indices.
  public let labels: [String]
  /// How many samples were judged.
  public let sampleCount: Int
  /// The share of samples whose class was predicted, 0...1.
  public let accuracy: Double
  /// Where the accuracy lies with 95 % confidence (Wilson).
  public let accuracyInterval: ConfidenceInterval
  /// F1 averaged over the classes by support, 0...1.
  public let weightedF1: Double
  /// F1 averaged over the classes, each counting the same, 0...1.
  public let macroF1: Double
  /// Recall averaged over the classes that have samples, 0...1.
  public let balancedAccuracy: Double
  /// Agreement beyond chance, at most 1; nil where only one class occurs.
  public let cohenKappa: Double?
  /// The share of samples whose class is among the two most probable; nil without probabilities.
  public let topTwoAccuracy: Double?
  /// Mean cross-entropy in nats; nil without probabilities.
  public let logLoss: Double?
  /// Mean squared error of the probabilities, 0...2; nil without probabilities.
  public let brierScore: Double?
  /// Rows true, columns predicted.
  public let confusionMatrix: ConfusionMatrix
  /// Scores by class, and their averages.
  public let report: ClassificationReport

  /// Judges predicted labels.
  ///
  /// - Parameters:
  ///   - trueLabels: The true class index of each sample.
  ///   - predictedLabels: The predicted class index of each sample.
  ///   - labels: The classes' names, in the order of the class indices.
  ///   - probabilities: Where the classifier gives any, for the scores that need them.
  /// - Throws: ``EvaluationError`` where these do not fit together or there are no samples.
  public init(
    trueLabels: [Int], predictedLabels: [Int], labels: [String], probabilities: ProbabilityTable? = nil
  ) throws(EvaluationError) {
    guard !trueLabels.isEmpty || !predictedLabels.isEmpty else { throw .noSamples }
    let matrix = try ConfusionMatrix(
      trueLabels: trueLabels, predictedLabels: predictedLabels, classCount: labels.count)
    let report = try ClassificationReport(matrix: matrix, labels: labels)
    if let probabilities, probabilities.classCount != labels.count {
      throw .differentCounts(
        what: "probabilities a sample", expected: labels.count, actual: probabilities.classCount)
    }
    self.labels = labels
    sampleCount = matrix.total
    accuracy = report.accuracy
    accuracyInterval = ConfidenceInterval(wilsonOf: matrix.correct, outOf: matrix.total)
    weightedF1 = report.weightedAverage.f1
    macroF1 = report.macroAverage.f1
    balancedAccuracy = matrix.balancedAccuracy ?? report.accuracy
    cohenKappa = matrix.cohenKappa
    topTwoAccuracy = try probabilities?.topAccuracy(trueLabels: trueLabels, count: 2)
    logLoss = try probabilities?.logLoss(trueLabels: trueLabels)
    brierScore = try probabilities?.brierScore(trueLabels: trueLabels)
    confusionMatrix = matrix
    self.report = report
  }

  /// Judges probabilities: the most probable class, the first of equals, is the predicted one.
  ///
  /// - Throws: ``EvaluationError`` where these do not fit together or there are no samples.
  public init(
    trueLabels: [Int], probabilities: ProbabilityTable, labels: [String]
  ) throws(EvaluationError) {
    try self.init(
      trueLabels: trueLabels, predictedLabels: probabilities.predictedLabels, labels: labels,
      probabilities: probabilities)
  }
}
