import ArgumentParser
import Datasets
import Foundation

/// Where the pictures come from.
struct DataOptions: ParsableArguments {
  @Option(help: "FER2013: fer2013.csv, Kaggle's archive.zip, or a folder of pictures by label.")
  var data: String

  @Flag(help: "Leave out rows that cannot be read, and say how many, instead of stopping at the first.")
  var skipBadRows = false

  func read() throws -> FacePictures {
    let reading = try Dataset.read(data, options: ReadingOptions(skipsBadRows: skipBadRows))
    if reading.skipped.total > 0 {
      FileHandle.standardError.write(Data("\(data): left out \(reading.skipped.total) rows\n".utf8))
    }
    return reading.pictures
  }
}
