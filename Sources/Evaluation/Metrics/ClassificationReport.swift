import Foundation

/// Precision, recall and F1 by class with their averages, as scikit-learn's `classification_report`.
///
/// A ratio without a denominator (a class that was never predicted, or has no samples) is 0.
/// JSON keys: `accuracy`, `classes` (array of `label`, `precision`, `recall`, `f1`, `support`),
/// `macroAverage` and `weightedAverage` (`precision`, `recall`, `f1`, `support`).
public struct ClassificationReport: Sendable, Equatable, Codable {
  /// Three scores and the number of samples that they were measured on.
  public struct Scores: Sendable, Equatable, Codable {
    /// Of the samples predicted as the class, the share that is, 0...1.
    public let precision: Double
    /// Of the samples of the class, the share that was found, 0...1.
    public let recall: Double
    /// The harmonic mean of precision and recall, 0...1.
    public let f1: Double
    /// Samples that are truly of the class; all samples for an average.
    public let support: Int
  }

  /// One class's line.
  public struct ClassRow: Sendable, Equatable, Codable {
    /// The class's name.
    public let label: String
    /// Of the samples predicted as the class, the share that is, 0...1.
    public let precision: Double
    /// Of the samples of the class, the share that was found, 0...1.
    public let recall: Double
    /// The harmonic mean of precision and recall, 0...1.
    public let f1: Double
    /// Samples that are truly of the class.
    public let support: Int
  }

  /// One line a class, in the order of the class indices.
  public let classes: [ClassRow]
  /// The share of samples whose class was predicted, 0...1.
  public let accuracy: Double
  /// The plain mean over all classes, those without samples included.
  public let macroAverage: Scores
  /// The mean over all classes, weighted by support.
  public let weightedAverage: Scores

  /// Scores a confusion matrix.
  ///
  /// - Parameter labels: A name for each class, in the order of the class indices.
  /// - Throws: ``EvaluationError`` without samples or with another number of labels than classes.
  public init(matrix: ConfusionMatrix, labels: [String]) throws(EvaluationError) {
    guard labels.count == matrix.classCount else {
      throw .differentCounts(what: "labels", expected: matrix.classCount, actual: labels.count)
    }
    guard let accuracy = matrix.accuracy else { throw .noSamples }
    self.accuracy = accuracy
    let supports = matrix.supports
    let predictedCounts = matrix.predictedCounts
    let classes = labels.indices.map { index in
      let found = Double(matrix.counts[index][index])
      let support = supports[index]
      let predicted = predictedCounts[index]
      return ClassRow(
        label: labels[index],
        precision: predicted > 0 ? found / Double(predicted) : 0,
        recall: support > 0 ? found / Double(support) : 0,
        f1: support + predicted > 0 ? 2 * found / Double(support + predicted) : 0,
        support: support)
    }
    self.classes = classes
    let total = matrix.total
    func average(_ weight: (ClassRow) -> Double) -> Scores {
      let sum = classes.reduce(0) { $0 + weight($1) }
      func mean(_ value: (ClassRow) -> Double) -> Double {
        classes.reduce(0) { $0 + weight($1) * value($1) } / sum
      }
      return Scores(
        precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1), support: total)
    }
    macroAverage = average { _ in 1 }
    weightedAverage = average { Double($0.support) }
  }

  /// The table that scikit-learn's `classification_report(..., digits:)` prints, character by character. (Where
  /// not one prediction is right it prints supports as 1.0; here they are whole numbers always.)
  ///
  /// - Parameter digits: Decimals of the scores, 0 to 12.
  public func plainText(digits: Int = 2) -> String {
    let digits = min(max(digits, 0), 12)
    let width = max(classes.map { $0.label.unicodeScalars.count }.max() ?? 0, "weighted avg".count, digits)
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(width - text.unicodeScalars.count, 0)) + text
    }
    func line(_ name: String, _ cells: [String]) -> String {
      padded(name, width) + " " + cells.map { " " + padded($0, 9) }.joined() + "\n"
    }
    func score(_ value: Double) -> String { String(format: "%.\(digits)f", value) }
    func line(_ name: String, _ scores: Scores) -> String {
      line(
        name, [score(scores.precision), score(scores.recall), score(scores.f1), String(scores.support)])
    }
    var text = line("", ["precision", "recall", "f1-score", "support"]) + "\n"
    for row in classes {
      text += line(
        row.label, [score(row.precision), score(row.recall), score(row.f1), String(row.support)])
    }
    text += "\n" + line("accuracy", ["", "", score(accuracy), String(macroAverage.support)])
    return text + line("macro avg", macroAverage) + line("weighted avg", weightedAverage)
  }

  /// The same numbers for reports: a line a class, then the two averages.
  ///
  /// - Parameter decimals: Decimals of the scores.
  public func table(decimals: Int = 3) -> Table {
    func cells(_ name: String, _ scores: [Double], _ support: Int) -> [String] {
      [name] + scores.map { NumberText.fixed($0, decimals: decimals) } + [NumberText.grouped(support)]
    }
    var rows = classes.map { cells($0.label, [$0.precision, $0.recall, $0.f1], $0.support) }
    for (name, average) in [("macro average", macroAverage), ("weighted average", weightedAverage)] {
      rows.append(cells(name, [average.precision, average.recall, average.f1], average.support))
    }
    return Table(
      columns: [
        .init("Class"), .init("Precision", .trailing), .init("Recall", .trailing), .init("F1", .trailing),
        .init("Support", .trailing),
      ], rows: rows)
  }
}
