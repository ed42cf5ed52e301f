import Evaluation
import Foundation

/// All that was measured of one model: what the files of a result folder are made of.
public struct ModelResult: Sendable {
  /// One part of the data with its scores.
  public struct Part: Sendable {
    /// What the model said.
    public let predictions: PartPredictions
    /// Scores and calibration.
    public let evaluation: ReportDocument.Evaluation
  }

  /// The name in summary tables, e.g. `mlp-corrected`.
  public var name: String
  /// Above the report.
  public var title: String
  /// The pictures and classes.
  public var data: TrainingData
  /// Text by name: data, split, seed, model, command.
  public var facts: [String: String]
  /// In the order of reports; the last one is what the model is judged by.
  public private(set) var parts: [Part] = []
  /// The run that led to the model.
  public var history: TrainingHistory?
  /// What the best epoch of the run is chosen by.
  public var criterion = TrainingHistory.Criterion.validationAccuracy
  /// Whether it is of an experiment that ran as the program has it, so that the notebook's figures may stand beside it.
  public var isUnchanged = false
  /// What limits the figures.
  public var caveats: [String]
  /// More for the page.
  public var sections: [Report.Section] = []

  /// A result without any part yet.
  public init(
    name: String, title: String, data: TrainingData, facts: [String: String] = [:],
    history: TrainingHistory? = nil, caveats: [String] = []
  ) {
    self.name = name
    self.title = title
    self.data = data
    self.facts = facts
    self.history = history
    self.caveats = caveats
  }

  /// Adds a part. Where there is a temperature, calibration is also measured at that.
  ///
  /// - Parameters:
  ///   - predictions: What the model said.
  ///   - temperature: Fitted on another part.
  /// - Throws: `EvaluationError` for a part without pictures.
  public mutating func add(
    _ predictions: PartPredictions, temperature: TemperatureScaling? = nil
  ) throws(EvaluationError) {
    let metrics = try ClassificationMetrics(
      trueLabels: predictions.trueLabels, predictedLabels: predictions.predictedLabels,
      labels: data.classNames, probabilities: predictions.probabilities)
    var evaluation = ReportDocument.Evaluation(metrics: metrics)
    if let probabilities = predictions.probabilities {
      evaluation.calibration = try CalibrationCurve(
        probabilities: probabilities, trueLabels: predictions.trueLabels)
    }
    if let temperature, let logits = predictions.logits {
      evaluation.temperature = temperature
      evaluation.calibrationAfterScaling = try CalibrationCurve(
        probabilities: try temperature.probabilities(of: logits, classCount: data.classNames.count),
        trueLabels: predictions.trueLabels)
    }
    parts.append(Part(predictions: predictions, evaluation: evaluation))
  }

  /// A part by its name; nil where there is none.
  public func part(_ name: String) -> Part? { parts.first { $0.predictions.part == name } }

  /// The part that the model is judged by: `test`, or the last one.
  public var judged: Part? { part("test") ?? parts.last }

  /// The notebook's figures of the same experiment; nil where it has none, or where this is of a changed one.
  public var notebook: NotebookResults? { isUnchanged ? NotebookResults.of(name) : nil }

  /// Everything for machines.
  ///
  /// - Parameter date: When it was measured.
  public func document(at date: Date = Date()) -> ReportDocument {
    var facts = facts
    facts[ReportDocument.nameFact] = name
    return ReportDocument(
      title: title, createdAt: date.formatted(.iso8601), facts: facts,
      evaluations: Dictionary(
        parts.map { ($0.predictions.part, $0.evaluation) }, uniquingKeysWith: { first, _ in first }),
      history: history, criterion: history == nil ? nil : criterion, isUnchanged: isUnchanged,
      caveats: caveats)
  }
}

extension ReportDocument {
  /// The fact that says what summary tables call the model.
  public static let nameFact = "experiment"

  /// What summary tables call the model.
  public var name: String { facts[Self.nameFact] ?? title }

  /// The fact that says which file was measured, of results that no run wrote.
  public static let modelFact = "model"

  /// The notebook's figures of the same experiment; nil where it has none, or where this is of a changed one. Runs of
  /// versions that did not note that are taken by their name.
  public var notebook: NotebookResults? {
    guard isUnchanged ?? (facts[Self.modelFact] == nil) else { return nil }
    return NotebookResults.of(name)
  }
}
