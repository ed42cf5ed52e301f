import Evaluation

/// The notebook's last table with ours beside it: accuracy and weighted F1 by experiment and part.
public struct SummaryTable: Sendable {
  /// Results in the order of the rows.
  public let documents: [ReportDocument]

  /// A table of results.
  public init(_ documents: [ReportDocument]) { self.documents = documents }

  /// One line per result for spreadsheets; columns as in ``csvColumns``.
  public var csv: Table {
    Table(
      columns: Self.csvColumns.map { Table.Column($0) },
      rows: documents.map { document in
        let part = { (name: String) in document.evaluations[name]?.metrics }
        let parts = ["train", "validation", "test"].map(part)
        let interval = part("test")?.accuracyInterval
        let numbers = parts.flatMap { [$0?.accuracy, $0?.weightedF1] } + [interval?.lower, interval?.upper]
        return [document.name] + numbers.map { $0.map { NumberText.fixed($0, decimals: 6) } ?? "" }
          + [part("test").map { String($0.sampleCount) } ?? ""]
      })
  }

  /// The columns of ``csv``.
  public static let csvColumns = [
    "experiment", "train_accuracy", "train_f1", "validation_accuracy", "validation_f1", "test_accuracy",
    "test_f1", "test_accuracy_lower", "test_accuracy_upper", "test_pictures",
  ]

  /// For people: accuracy and F1 as the notebook writes them, the notebook's own line above ours.
  public var table: Table {
    let parts = ["train", "cv", "test"].flatMap { ["\($0) accuracy", "\($0) F1"] }
    var rows: [[String]] = []
    for document in documents {
      if let notebook = document.notebook {
        rows.append(
          [document.name, "notebook"]
            + [notebook.train, notebook.validation, notebook.test].flatMap {
              [Self.text($0.accuracy), Self.text($0.weightedF1)]
            } + [""])
      }
      let metrics = ["train", "validation", "test"].map { document.evaluations[$0]?.metrics }
      rows.append(
        [document.name, "ours"]
          + metrics.flatMap { [Self.text($0?.accuracy), Self.text($0?.weightedF1)] }
          + [metrics[2].map { NumberText.percent($0.accuracyInterval) } ?? ""])
    }
    return Table(
      columns: [.init("Experiment"), .init("Whose")] + parts.map { .init($0, .trailing) }
        + [.init("95 % interval of test accuracy", .trailing)],
      rows: rows)
  }

  /// Test accuracies beside each other.
  public var figure: ComparisonFigure {
    let known = documents.map(\.notebook)
    let ours = documents.map { document in
      let metrics = document.evaluations["test"]?.metrics
      return ComparisonFigure.Score(metrics?.accuracy, interval: metrics?.accuracyInterval)
    }
    var series: [ComparisonFigure.Series] = []
    if known.contains(where: { $0 != nil }) {
      series.append(.init(name: "notebook", scores: known.map { .init($0?.test.accuracy) }))
    }
    series.append(.init(name: "ours", scores: ours))
    return ComparisonFigure(
      models: documents.map(\.name), series: series, scoreName: "Accuracy on the test part",
      title: "Test accuracy by experiment")
  }

  private static func text(_ value: Double?) -> String {
    value.map { NumberText.fixed($0, decimals: 4) } ?? "–"
  }
}
