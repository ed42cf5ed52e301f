import Faces
import Foundation
import Imaging
import Testing

@testable import Datasets

@Suite struct LabelledFolderTests {
  /// A grey picture by formula, other for every `shade`.
  private static func picture(width: Int = 48, height: Int = 48, shade: Int = 0) throws -> Picture {
    var picture = try Picture(uninitializedWidth: width, height: height, subsampling: .grey)
    let stride = picture.planes[0].bytesPerLine
    picture.withMutableBytes { bytes in
      for y in 0..<height {
        for x in 0..<width { bytes[y * stride + x] = UInt8((5 * x + 3 * y + shade) % 256) }
      }
    }
    return picture
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    let url = URL(filePath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  @Test func a48x48GreyPicturePassesUnchanged() throws {
    let picture = try Self.picture()
    let expected = (0..<2304).map { index in
      let (y, x) = index.quotientAndRemainder(dividingBy: 48)
      return UInt8((5 * x + 3 * y) % 256)
    }
    #expect(LabelledFolder.normalized(picture) == expected)
  }

  @Test func otherSizesAreResampledAndKeepTheirProportions() throws {
    let wide = LabelledFolder.normalized(try Picture(width: 200, height: 90, subsampling: .grey, luma: 77))
    #expect(wide == [UInt8](repeating: 77, count: 2304))
    // Twice as wide as high: the middle rows show it, the rows above repeat its first row.
    let ramp = LabelledFolder.normalized(try Self.picture(width: 96, height: 48))
    #expect(ramp[0..<48] == ramp[48 * 5..<48 * 6])
    #expect(ramp[48 * 24..<48 * 25] != ramp[48 * 25..<48 * 26])
  }

  @Test func readsFoldersNamedAfterEmotionsInAFixedOrder() throws {
    try TestData.withFolder { folder in
      let names = [
        "neutral/b.png", "Angry/2.png", "Angry/10.png", "happy/x.PNG", "surprise/y.png", "disgust/z.png",
      ]
      for (shade, name) in names.enumerated() {
        try write(try PNGEncoder.encode(Self.picture(shade: shade)), to: "\(folder)/\(name)")
      }
      try write([1, 2, 3], to: "\(folder)/happy/Thumbs.db")
      try write([1, 2, 3], to: "\(folder)/README")
      try write([1, 2, 3], to: "\(folder)/.cache/x.png")
      let reading = try Dataset.read(folder)
      #expect(
        reading.files.map { $0.dropFirst(folder.count + 1) } == [
          "Angry/10.png", "Angry/2.png", "disgust/z.png", "happy/x.PNG", "surprise/y.png", "neutral/b.png",
        ])
      #expect(reading.pictures.labels == [.anger, .anger, .disgust, .happiness, .surprise, .neutral])
      #expect(reading.pictures.usage == Array(repeating: .training, count: 6))
      // The first pixel is the shade.
      #expect((0..<6).map { reading.pictures[$0].first } == [2, 1, 5, 3, 4, 0])
    }
  }

  @Test func readsPartsAboveTheEmotions() throws {
    try TestData.withFolder { folder in
      for name in ["test/sad/1.png", "train/fear/1.png", "train/angry/1.png", "validation/sad/1.png"] {
        try write(try PNGEncoder.encode(Self.picture()), to: "\(folder)/\(name)")
      }
      let reading = try Dataset.read(folder)
      #expect(reading.pictures.usage == [.training, .training, .publicTest, .privateTest])
      #expect(reading.pictures.labels == [.anger, .fear, .sadness, .sadness])
      let other = try Dataset.read(folder, options: ReadingOptions(usageOfTestFolder: .publicTest))
      #expect(other.pictures.usage == [.training, .training, .publicTest, .publicTest])
    }
  }

  @Test func aBadPictureIsNamedOrSkipped() throws {
    try TestData.withFolder { folder in
      try write(try PNGEncoder.encode(Self.picture(shade: 9)), to: "\(folder)/fear/b.png")
      try write(Array("no picture".utf8), to: "\(folder)/fear/a.png")
      let error = #expect(throws: DatasetError.self) { try Dataset.read(folder) }
      #expect(error?.description.contains("fear/a.png: ") == true)
      let reading = try Dataset.read(folder, options: ReadingOptions(skipsBadRows: true))
      #expect(reading.pictures.count == 1)
      #expect(reading.pictures.sourceRows == [1])
      #expect(reading.skipped.counts == [.picture: 1])
    }
  }

  @Test(arguments: ["faces/1.png", "train/angry/more/1.png", "train/smiling/1.png"])
  func unknownFoldersAreErrors(name: String) throws {
    try TestData.withFolder { folder in
      try write(try PNGEncoder.encode(Self.picture()), to: "\(folder)/\(name)")
      let error = #expect(throws: DatasetError.self) { try Dataset.read(folder) }
      guard case .unknownFolder = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test func anEmptyFolderHasNoPictures() throws {
    try TestData.withFolder { folder in
      _ = #expect(throws: DatasetError.noPictures(file: folder)) { try Dataset.read(folder) }
    }
  }
}
