import Datasets
import Faces
import Foundation
import Testing

@Suite struct ExplorationTests {
  /// Seven random pictures, the first again, a black one and one with two shades.
  private static let pictures: FacePictures = {
    let random = TestData.pictures(7, seed: 4)
    let half = (0..<FacePictures.pixelsPerPicture).map { $0 % 2 == 0 ? UInt8(100) : 104 }
    return FacePictures(
      pixels: random.pixels + random[0] + [UInt8](repeating: 0, count: FacePictures.pixelsPerPicture) + half,
      labels: random.labels + [.anger, .fear, .fear],
      usage: random.usage + [.training, .training, .privateTest],
      sourceRows: Array(0..<10))
  }()
  private let exploration = Exploration(of: Self.pictures, source: "made up")

  @Test func countsWhatIsThere() {
    #expect(exploration.rowCount == 10)
    #expect(exploration.labelCounts == [2, 1, 3, 1, 1, 1, 1])
    #expect(exploration.labelCountsWithoutRepeats == [1, 1, 3, 1, 1, 1, 1])
    #expect(exploration.duplicates.repeatedRows == 1)
    #expect(exploration.duplicates.rowsWithoutRepeats == 9)
    #expect(exploration.duplicates.distinctPictures == 9)
    #expect(exploration.duplicates.groups == 1 && exploration.duplicates.rowsInGroups == 2)
    #expect(exploration.parts.map(\.rowCount) == [5, 2, 3])
    #expect(
      exploration.parts.map(\.labelCounts).reduce([0, 0, 0, 0, 0, 0, 0]) { zip($0, $1).map(+) } == [
        2, 1, 3, 1, 1, 1, 1,
      ])
  }

  @Test func measuresBrightnessAndContrast() {
    let values = Self.pictures.pixels.map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    #expect(abs(exploration.statistics.mean - mean) < 1e-9)
    #expect(abs(exploration.statistics.standardDeviation - variance.squareRoot()) < 1e-9)
    #expect(exploration.statistics.brightness.minimum == 0)
    #expect(exploration.statistics.contrast.minimum == 0)
    #expect(exploration.greyHistogram.reduce(0, +) == values.count)
    #expect(exploration.greyHistogram[104] >= 1152)
    #expect(exploration.constantPictures == [8])
    #expect(exploration.lowContrastCount == 2)
    // Mean 102 and deviation 2 is the middle one of fear's brightness 0, 102, about 127.
    let fear = exploration.statisticsByEmotion[Emotion.fear.rawValue]
    #expect(fear.pictureCount == 3 && fear.brightness.median == 102 && fear.contrast.median == 2)
    #expect(fear.brightness.lowerQuartile == 51)
  }

  @Test func survivesJSONUnchanged() throws {
    let data = try JSONEncoder().encode(exploration)
    #expect(try JSONDecoder().decode(Exploration.self, from: data) == exploration)
  }

  @Test func theTextSaysWhatTheNotebookPrints() {
    let text = exploration.text
    #expect(text.contains("Shape: (10, 3)"))
    #expect(text.contains("Repeated rows (all columns equal): 1"))
    #expect(text.contains("Shape without them: (9, 3)"))
    #expect(text.contains("memory usage: 0.4+ KB"))
    #expect(text.contains("single grey value: 1 (rows 8)"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 })
  }

  @Test func picksSamplesByLabel() {
    let pictures = TestData.pictures(7 * 60, seed: 5)
    // Every seventh picture has the same label; the notebook's counter runs on.
    #expect(SampleGrid.notebook(pictures)[2] == (14..<21).map { 7 * $0 + 2 })
    let grid = SampleGrid.random(pictures, seed: 9)
    #expect(grid == SampleGrid.random(pictures, seed: 9))
    #expect(grid != SampleGrid.random(pictures, seed: 10))
    for (label, row) in grid.enumerated() {
      #expect(row.count == 7 && Set(row).count == 7)
      #expect(row.allSatisfy { pictures.labels[$0].rawValue == label })
    }
    #expect(SampleGrid.notebook(TestData.pictures(7, seed: 5)).map(\.count) == [1, 0, 0, 0, 0, 0, 0])
  }
}
