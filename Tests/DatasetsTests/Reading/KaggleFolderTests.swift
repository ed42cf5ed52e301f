import Foundation
import Imaging
import Tensors
import Testing

@testable import Datasets

/// Kaggle's FER2013 as a folder of JPEGs, msambare/fer2013.
@Suite struct KaggleFolderTests {
  /// Noise, so that the file's second half has the picture's lower part.
  private static func jpeg(seed: UInt64) throws -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    let noise = generator.nextBytes(FacePictures.pixelsPerPicture)
    let side = FacePictures.side
    var picture = try Picture(uninitializedWidth: side, height: side, subsampling: .grey)
    let stride = picture.planes[0].bytesPerLine
    picture.withMutableBytes { bytes in
      for (index, value) in noise.enumerated() { bytes[index / side * stride + index % side] = value }
    }
    return try JPEGEncoder().encode(picture, quality: 90)
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    let url = URL(filePath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  /// Kaggle has both parts of the contest's test in one folder.
  @Test func namesTellThePartsOfTheTestFolderApart() throws {
    try TestData.withFolder { folder in
      let names = [
        "test/angry/PrivateTest_88305.jpg", "test/angry/PublicTest_67735286.jpg", "test/angry/own.jpg",
        "test/disgust/PublicTest_1.jpg", "train/happy/Training_1234.jpg",
      ]
      for (number, name) in names.enumerated() {
        try Self.write(try Self.jpeg(seed: UInt64(number)), to: "\(folder)/\(name)")
      }
      let reading = try Dataset.read(folder)
      #expect(
        reading.files.map { $0.dropFirst(folder.count + 1) } == [
          "train/happy/Training_1234.jpg", "test/angry/PublicTest_67735286.jpg",
          "test/disgust/PublicTest_1.jpg", "test/angry/PrivateTest_88305.jpg", "test/angry/own.jpg",
        ])
      let parts = Split(train: [0], validation: [1, 2], test: [3, 4])
      #expect(Split.official(reading.pictures) == parts)
      #expect(Split.leakFree(reading.pictures) == parts)
    }
  }

  @Test(arguments: [
    ("train/happy/PublicTest_2.jpg", Usage.publicTest), ("privatetest/sad/Training_1.jpg", Usage.training),
    ("fear/PrivateTest_9.jpg", Usage.privateTest), ("sad/PublicTest.jpg", Usage.training),
    ("validation/sad/my_Training_3.jpg", Usage.publicTest),
  ])
  func aNameThatBeginsWithAPartWinsOverTheFolder(name: String, usage: Usage) throws {
    try TestData.withFolder { folder in
      try Self.write(try Self.jpeg(seed: 1), to: "\(folder)/\(name)")
      #expect(try Dataset.read(folder).pictures.usage == [usage])
    }
  }

  /// Its lower half would be grey.
  @Test func aPictureThatIsCutOffIsNamedOrSkipped() throws {
    try TestData.withFolder { folder in
      let whole = try Self.jpeg(seed: 1)
      let path = "\(folder)/fear/a.jpg"
      try Self.write(Array(whole[..<(whole.count / 2)]), to: path)
      try Self.write(whole, to: "\(folder)/fear/b.jpg")
      let error = #expect(throws: DatasetError.self) { try Dataset.read(folder) }
      #expect(error?.kind == .picture)
      #expect(error?.description.hasPrefix("\(path): cannot be decoded") == true)
      let reading = try Dataset.read(folder, options: ReadingOptions(skipsBadRows: true))
      #expect(reading.pictures.sourceRows == [1])
      #expect(reading.skipped.counts == [.picture: 1])
    }
  }
}
