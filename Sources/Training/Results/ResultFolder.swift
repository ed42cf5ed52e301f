import DurableFiles
import Evaluation
import Foundation

/// Writes a result: figures, the page, the summary's line, and last the figures for machines, whose presence says that
/// the rest is there.
public enum ResultFolder {
  /// Writes all files of a result, in the place of those of an earlier one.
  ///
  /// - Parameters:
  ///   - result: What was measured.
  ///   - folder: Where to; it exists.
  ///   - footer: The end of the page: by which command it was made.
  /// - Throws: `FigureError`, `FileWriteError`, `ReportDocumentError`, ``RunFolderError``.
  public static func write(_ result: ModelResult, to folder: RunFolder, footer: String) throws {
    let document = result.document()
    // Some of its figures may have no successor here.
    if FileManager.default.fileExists(atPath: folder.file(RunFolder.metricsName)) {
      try folder.removeResults()
    }
    try writeFigures(ResultFigures(result: result).all(), to: folder)
    try ResultReport(result: result).report(footer: footer).write(html: folder.file(RunFolder.reportName))
    try AtomicFile.write(SummaryTable([document]).csv.csv(), to: folder.file(RunFolder.summaryName))
    try document.write(json: folder.file(RunFolder.metricsName))
  }

  /// Writes figures as SVG and PNG into the folder of figures.
  public static func writeFigures(
    _ figures: [(name: String, figure: any Figure)], to folder: RunFolder
  ) throws {
    let path = try RunFolder(creating: folder.file(RunFolder.figuresName))
    for (name, figure) in figures {
      try figure.write(svg: path.file("\(name).svg"))
      try figure.write(png: path.file("\(name).png"))
    }
  }
}
