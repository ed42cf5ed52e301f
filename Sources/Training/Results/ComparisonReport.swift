import Evaluation
import Foundation

/// The page about several result folders.
public enum ComparisonReport {
  /// Reads the results of folders.
  ///
  /// - Throws: ``ComparisonError``.
  public static func read(_ folders: [String]) throws(ComparisonError) -> [ReportDocument] {
    var documents: [ReportDocument] = []
    for folder in folders {
      let path = "\(folder)/\(RunFolder.metricsName)"
      guard FileManager.default.fileExists(atPath: path) else { throw .noResult(folder: folder) }
      do { documents.append(try ReportDocument(jsonFile: path)) } catch {
        throw .document(path: path, error)
      }
    }
    return documents
  }

  /// The page: summary table, comparison, then each result's own scores.
  public static func report(_ documents: [ReportDocument], footer: String) -> Report {
    let summary = SummaryTable(documents)
    let best = documents.compactMap { document in
      document.evaluations["test"].map { (document, $0.metrics) }
    }.max { $0.1.accuracy < $1.1.accuracy }
    var report = Report(
      title: "Experiments on FER2013",
      summary: best.map {
        "The best test accuracy is \(NumberText.percent($0.1.accuracy)), by \($0.0.name)."
      } ?? "No result has a test part.",
      footer: footer)
    report.sections.append(
      .init(
        heading: "Summary",
        blocks: [
          .figure(summary.figure), .table(summary.table, caption: "Accuracy and weighted F1"),
          .paragraph(NotebookResults.source + "."),
          .note(
            .caution,
            "Experiments may have different test parts; each section says which. Only results on the same part can be "
              + "compared."),
        ]))
    report.sections += documents.map(section)
    return report
  }

  private static func section(_ document: ReportDocument) -> Report.Section {
    var blocks: [Report.Block] = document.caveats.map { .note(.caution, $0) }
    if let metrics = document.evaluations["test"]?.metrics {
      blocks.append(
        .figure(
          ConfusionMatrixFigure(
            matrix: metrics.confusionMatrix, labels: metrics.labels, title: "Confusion matrix, test part")))
      blocks.append(.table(metrics.report.table(), caption: "Classification report, test part"))
    }
    if let history = document.history, !history.epochs.isEmpty {
      blocks.append(
        .figure(
          TrainingCurvesFigure(
            history: history, title: "Loss and accuracy by epoch",
            criterion: document.criterion ?? .validationAccuracy)))
    }
    blocks.append(
      .table(
        Table(
          columns: [.init("Fact"), .init("Value")],
          rows: document.facts.sorted { $0.key < $1.key }.map { [$0.key, $0.value] })))
    return .init(heading: "\(document.name): \(document.title)", blocks: blocks)
  }
}

/// Why results cannot be put beside each other.
public enum ComparisonError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The folder has no finished result.
  case noResult(folder: String)
  /// Its figures cannot be read.
  case document(path: String, ReportDocumentError)

  /// One line for the terminal.
  public var description: String {
    switch self {
    case .noResult(let folder):
      "\(folder): there is no \(RunFolder.metricsName) in it; the run is not finished, or this is no result folder"
    case .document(let path, let error): "\(path): \(error)"
    }
  }
}
