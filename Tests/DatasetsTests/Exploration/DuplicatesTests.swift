import Datasets
import Faces
import Foundation
import Testing

@Suite struct DuplicatesTests {
  /// Rows of (shade, label, usage).
  private static func pictures(_ rows: [(UInt8, Emotion, Usage)]) -> FacePictures {
    FacePictures(
      pixels: rows.flatMap { [UInt8](repeating: $0.0, count: FacePictures.pixelsPerPicture) },
      labels: rows.map(\.1), usage: rows.map(\.2), sourceRows: Array(rows.indices))
  }

  private let pictures = Self.pictures([
    (1, .fear, .training), (2, .fear, .training), (1, .fear, .training), (1, .sadness, .training),
    (1, .fear, .privateTest), (3, .anger, .publicTest), (2, .fear, .publicTest), (1, .fear, .training),
  ])

  @Test func onlyRowsThatAreEqualThroughoutAreDropped() {
    let kept = pictures.droppingDuplicates()
    #expect(kept.sourceRows == [0, 1, 3, 4, 5, 6])
    #expect(kept.labels == [.fear, .fear, .sadness, .fear, .anger, .fear])
    #expect(kept.droppingDuplicates() == kept)
  }

  @Test func findsGroupsConflictsAndLeaks() {
    let duplicates = Duplicates(pictures)
    #expect(duplicates.firsts == [0, 1, 0, 0, 0, 5, 1, 0])
    #expect(duplicates.distinctCount == 3)
    #expect(duplicates.groups == [[0, 2, 3, 4, 7], [1, 6]])
    #expect(duplicates.groupsWithConflictingLabels == [[0, 2, 3, 4, 7]])
    #expect(duplicates.groupsAcrossUsages.count == 2)
    #expect(duplicates.positions(in: .privateTest, alsoIn: .training) == [4])
    #expect(duplicates.positions(in: .training, alsoIn: .privateTest) == [0, 2, 3, 7])
    #expect(duplicates.positions(in: .training, alsoIn: .privateTest, sameLabel: true) == [0, 2, 7])
    #expect(duplicates.positions(in: .publicTest, alsoIn: .privateTest).isEmpty)
  }

  @Test func onePixelMakesADifferentPicture() {
    let one = TestData.pictures(1, seed: 3)
    for position in stride(from: 0, to: FacePictures.pixelsPerPicture, by: 97) {
      var changed = one.pixels
      changed[position] ^= 1
      let both = FacePictures(
        pixels: one.pixels + changed + one.pixels, labels: [.fear, .fear, .fear],
        usage: [.training, .training, .training], sourceRows: [0, 1, 2])
      #expect(both.firstsWithEqualPixels() == [0, 1, 0])
    }
  }

  @Test func noPicturesHaveNoDuplicates() {
    #expect(Self.pictures([]).droppingDuplicates().count == 0)
  }
}
