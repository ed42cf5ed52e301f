import Datasets
import Faces
import Foundation
import Tensors

/// Pictures and files that tests make up.
enum TestData {
  /// Random pictures; labels and parts go round.
  static func pictures(_ count: Int, seed: UInt64) -> FacePictures {
    var generator = SeededGenerator(seed: seed)
    return FacePictures(
      pixels: generator.nextBytes(count * FacePictures.pixelsPerPicture),
      labels: (0..<count).map { Emotion(rawValue: $0 % 7)! },
      usage: (0..<count).map { Usage(rawValue: $0 % 3)! },
      sourceRows: Array(0..<count))
  }

  /// The picture of the golden values.
  static let formulaPicture: [UInt8] = (0..<FacePictures.pixelsPerPicture).map { index in
    let (y, x) = index.quotientAndRemainder(dividingBy: FacePictures.side)
    return UInt8((11 * x + 7 * y + 3 * ((x * y) % 13)) % 256)
  }

  /// FER2013's table of pictures.
  static func table(
    _ pictures: FacePictures, header: String = "emotion,pixels,Usage", lineEnd: String = "\n",
    row: (_ emotion: String, _ pixels: String, _ usage: String) -> String = { "\($0),\($1),\($2)" }
  ) -> String {
    let rows = (0..<pictures.count).map { index in
      row(
        "\(pictures.labels[index].rawValue)", pictures[index].map(String.init).joined(separator: " "),
        pictures.usage[index].name)
    }
    return ([header] + rows).joined(separator: lineEnd) + lineEnd
  }

  /// Gives `body` the path of a folder that is removed afterwards.
  static func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appending(path: "datasets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
  }

  /// Reads a file's bytes as a table.
  static func read(
    _ bytes: some Sequence<UInt8>, options: ReadingOptions = ReadingOptions()
  ) throws -> DatasetReading {
    try withFolder { folder in
      try Data(bytes).write(to: URL(filePath: "\(folder)/table.csv"))
      return try Dataset.read("\(folder)/table.csv", options: options)
    }
  }

  /// A committed file of golden values.
  static func golden<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
    return try JSONDecoder().decode(type, from: Data(contentsOf: url))
  }
}
