import ArgumentParser
import Datasets
import Training

struct PrepareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Writes the notebook's prepared files for pandas and numpy.",
    discussion: """
      ml_data_df.csv has a row a picture and a column a pixel, image_data.npy is float32 [pictures, 48, 48, 3], \
      labels.npy int64 [pictures]. As in the notebook, rows that repeat are left out.
      """)

  @OptionGroup var dataOptions: DataOptions

  @Option(help: "Folder for the files; made where it is missing.")
  var output: String

  @Flag(help: "Keep rows that repeat.")
  var keepRepeats = false

  func run() throws {
    let read = try dataOptions.read()
    let pictures = keepRepeats ? read : read.droppingDuplicates()
    let folder = try RunFolder(creating: output)
    let lock = try folder.lock()
    defer { withExtendedLifetime(lock) {} }
    try folder.removeLeftovers()
    try PreparedFiles.writeWideTable(pictures, to: folder.file("ml_data_df.csv"))
    try PreparedFiles.writeImages(pictures, to: folder.file("image_data.npy"))
    try PreparedFiles.writeLabels(pictures, to: folder.file("labels.npy"))
    print("\(pictures.count) pictures in \(output): ml_data_df.csv, image_data.npy, labels.npy")
  }
}
