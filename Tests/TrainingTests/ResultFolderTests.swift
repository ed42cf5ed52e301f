import DurableFiles
import Foundation
import Testing

@testable import Training

/// What results replace, and what they leave alone.
@Suite struct ResultFolderTests {
  private static func result(of part: ResultPart) throws -> ModelResult {
    let data = SmallTask.data(count: 12)
    var result = ModelResult(name: "a", title: "A test", data: data)
    try result.add(
      PartPredictions(part: part.rawValue, places: Array(0..<12), data: data, predictedLabels: data.labels))
    return result
  }

  @Test func noFigureOfAnEarlierResultStays() throws {
    try withTemporaryFolder { path in
      let folder = try RunFolder(creating: path)
      func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.file(name)) }
      _ = try RunFolder(creating: folder.file(RunFolder.figuresName))
      for name in ["mine.txt", "figures/mine.svg"] { try AtomicFile.write("mine", to: folder.file(name)) }
      try ResultFolder.write(try Self.result(of: .test), to: folder, footer: "")
      #expect(exists("figures/confusion-matrix-test.svg"))
      // A folder without a result is somebody's own.
      #expect(exists("figures/mine.svg"))
      try ResultFolder.write(try Self.result(of: .validation), to: folder, footer: "")
      #expect(!exists("figures/confusion-matrix-test.svg"))
      for name in ["figures/confusion-matrix-validation.svg", "metrics.json", "mine.txt"] {
        #expect(exists(name), "\(name)")
      }
    }
  }

  @Test func aRunsFolderIsNoPlaceForOthers() throws {
    try withTemporaryFolder { path in
      let folder = try RunFolder(creating: path)
      try folder.checkThatNoRunIsHere()
      _ = try folder.begin(.network(NetworkExperiment.mlp(seed: 1)), data: "a")
      #expect(throws: RunFolderError.holdsRun(path: path)) { try folder.checkThatNoRunIsHere() }
    }
  }
}
