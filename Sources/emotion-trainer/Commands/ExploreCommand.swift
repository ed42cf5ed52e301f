import ArgumentParser
import Datasets
import Training

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Prints what is in the data and draws it: counts, repeats, brightness, sample pictures.",
    discussion: "Writes exploration.json, exploration.txt, figures as SVG and PNG, and report.html.")

  @OptionGroup var dataOptions: DataOptions

  @Option(help: "Folder for the files, not a run's; made where it is missing.")
  var output: String

  @Option(help: "What the random sample pictures follow from.")
  var seed: UInt64 = 1

  func run() throws {
    let pictures = try dataOptions.read()
    let folder = try RunFolder(creating: output)
    let lock = try folder.lock()
    defer { withExtendedLifetime(lock) {} }
    try folder.checkThatNoRunIsHere()
    try folder.removeLeftovers()
    let report = try ExplorationReport(of: pictures, source: dataOptions.data, seed: seed)
    print(report.exploration.text, terminator: "")
    try report.write(to: folder, footer: CommandLineText.footer)
  }
}
