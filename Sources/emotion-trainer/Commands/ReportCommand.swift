import ArgumentParser
import DurableFiles
import Evaluation
import Training

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Puts the results of several runs beside each other, and beside the notebook's.",
    discussion: "Prints the table; writes report.html, summary.csv, summary.md and a figure.")

  @Argument(help: "Result folders of train or evaluate.")
  var folders: [String]

  @Option(help: "Folder for the files, not a run's; made where it is missing.")
  var output: String

  func run() throws {
    let folder = try RunFolder(creating: output)
    let lock = try folder.lock()
    defer { withExtendedLifetime(lock) {} }
    try folder.checkThatNoRunIsHere()
    try Self.write(try ComparisonReport.read(folders), to: folder)
  }

  /// Prints and writes the comparison.
  static func write(_ documents: [ReportDocument], to folder: RunFolder) throws {
    let summary = SummaryTable(documents)
    print(summary.table.plainText(), terminator: "")
    print(NotebookResults.source)
    try ResultFolder.writeFigures([("comparison", summary.figure)], to: folder)
    try AtomicFile.write(summary.csv.csv(), to: folder.file(RunFolder.summaryName))
    try AtomicFile.write(summary.table.markdown(), to: folder.file("summary.md"))
    try ComparisonReport.report(documents, footer: CommandLineText.footer)
      .write(html: folder.file(RunFolder.reportName))
  }
}
