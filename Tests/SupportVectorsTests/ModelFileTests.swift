import Foundation
import Testing

@testable import SupportVectors

@Suite("Model files")
struct ModelFileTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "svm-\(UUID().uuidString)")
  private var path: String { folder.appending(path: "model.svm").path(percentEncoded: false) }

  private func withFolder(_ body: () throws -> Void) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body()
  }

  private func model(scaled: Bool = true) throws -> (SupportVectorModel, Samples) {
    let samples = try Samples(counts: [9, 7, 8], features: 5, seed: 31)
    let scaler = scaled ? try MinMaxScaler(fittedOn: samples.matrix) : nil
    let training = try SupportVectorClassifier.train(
      on: scaler?.scaled(samples.matrix) ?? samples.matrix, labels: samples.labels.map { $0 * 5 - 3 })
    let notes = ["features": "pixels", "größe": "48 × 48", "": "no name"]
    return (
      SupportVectorModel(classifier: training.classifier, scaler: scaler, metadata: scaled ? notes : [:]),
      samples
    )
  }

  @Test("what was written is read, bit for bit", arguments: [true, false])
  func roundTrip(_ scaled: Bool) throws {
    try withFolder {
      let (written, samples) = try model(scaled: scaled)
      try written.write(to: path)
      let read = try SupportVectorModel(path: path)
      #expect(read.metadata == written.metadata)
      #expect(read.scaler == written.scaler)
      #expect(read.classifier.classes == written.classifier.classes)
      #expect(read.classifier.gamma == written.classifier.gamma)
      #expect(read.classifier.supportIndices == written.classifier.supportIndices)
      #expect(read.classifier.supportCounts == written.classifier.supportCounts)
      #expect(read.classifier.dualCoefficients == written.classifier.dualCoefficients)
      #expect(read.classifier.intercepts == written.classifier.intercepts)
      #expect(
        try read.classifier.decisionValues(of: samples.matrix)
          == written.classifier.decisionValues(of: samples.matrix))
    }
  }

  @Test("a file takes the place of an earlier one and leaves nothing beside it")
  func replaces() throws {
    try withFolder {
      try Data("an earlier file".utf8).write(to: URL(filePath: path))
      try model().0.write(to: path)
      #expect(try SupportVectorModel(path: path).metadata["features"] == "pixels")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)) == [
          "model.svm"
        ])
    }
  }

  @Test("what cannot be written leaves the earlier file and nothing beside it")
  func unwritable() throws {
    try withFolder {
      var (model, _) = try model()
      try model.write(to: path)
      let before = try Data(contentsOf: URL(filePath: path))
      model.metadata["long"] = String(repeating: "x", count: 2 << 20)
      #expect(throws: ModelFileError.self) { try model.write(to: path) }
      model.metadata = [:]
      model.scaler = try MinMaxScaler(minima: [0], maxima: [1])
      #expect(throws: ModelFileError.self) { try model.write(to: path) }
      #expect(try Data(contentsOf: URL(filePath: path)) == before)
      model.scaler = nil
      let asFolder = folder.appending(path: "folder").path(percentEncoded: false)
      try FileManager.default.createDirectory(atPath: asFolder, withIntermediateDirectories: false)
      #expect(throws: ModelFileError.self) { try model.write(to: asFolder) }
      #expect(throws: ModelFileError.self) {
        try model.write(to: folder.path(percentEncoded: false) + "/none/x")
      }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)).sorted()
          == ["folder", "model.svm"])
    }
  }

  @Test("a file cut off anywhere, or longer, is refused")
  func truncated() throws {
    try withFolder {
      try model().0.write(to: path)
      let bytes = try Data(contentsOf: URL(filePath: path))
      for length in stride(from: 0, to: bytes.count, by: 7) {
        try bytes.prefix(length).write(to: URL(filePath: path))
        let error = #expect(throws: ModelFileError.self) { try SupportVectorModel(path: path) }
        if length >= ModelLayout.headerBytes {
          #expect(error == .wrongSize(path: path, expectedBytes: bytes.count, actualBytes: length))
        } else {
          #expect(error == .notAModel(path: path))
        }
      }
      try (bytes + [0]).write(to: URL(filePath: path))
      #expect(throws: ModelFileError.self) { try SupportVectorModel(path: path) }
    }
  }

  @Test("a changed bit anywhere is noticed")
  func damaged() throws {
    try withFolder {
      try model().0.write(to: path)
      let bytes = try Data(contentsOf: URL(filePath: path))
      for place in stride(from: 0, to: bytes.count, by: 11) {
        var damaged = bytes
        damaged[place] ^= 1 << (place % 8)
        try damaged.write(to: URL(filePath: path))
        #expect(throws: ModelFileError.self) { try SupportVectorModel(path: path) }
      }
    }
  }

  /// Files with a right checksum and wrong content: where, and what is written there.
  static let forgeries: [(name: String, offset: Int, bytes: [UInt8], field: String)] = [
    ("unknown flags", 12, [2, 0, 0, 0], "flags"),
    ("one class", 16, [1, 0, 0, 0], "classes"),
    ("far too many classes", 16, [255, 255, 255, 255], "classes"),
    ("no features", 20, [0, 0, 0, 0], "features"),
    ("far too many features", 20, [255, 255, 255, 255], "features"),
    ("no support vectors", 24, [0, 0, 0, 0, 0, 0, 0, 0], "support vectors"),
    ("more support vectors than numbers", 24, Array(repeating: 255, count: 8), "support vectors"),
    ("more metadata than numbers", 32, Array(repeating: 255, count: 8), "metadata"),
    ("a gamma that is not a number", 40, Array(repeating: 255, count: 8), "gamma"),
    ("a gamma of 0", 40, Array(repeating: 0, count: 8), "gamma"),
    ("a metadata text longer than all", 48, [255, 255, 255, 255], "metadata"),
  ]

  @Test("nonsense with a right checksum is refused by its name", arguments: forgeries)
  func forged(_ name: String, _ offset: Int, _ replacement: [UInt8], _ field: String) throws {
    try withFolder {
      try model().0.write(to: path)
      try forge { $0.replaceSubrange(offset..<offset + replacement.count, with: replacement) }
      let error = #expect(throws: ModelFileError.self) { try SupportVectorModel(path: path) }
      guard case .malformed(_, field, _) = error else {
        Issue.record("\(name): \(String(describing: error))")
        return
      }
    }
  }

  @Test("numbers that no model has are refused", arguments: 0..<7)
  func nonsense(_ part: Int) throws {
    try withFolder {
      let (model, _) = try model()
      try model.write(to: path)
      let (classes, features, vectors) = (3, 5, model.classifier.supportVectorCount)
      let metadata =
        try Data(contentsOf: URL(filePath: path)).count
        - ModelLayout(
          classCount: classes, featureCount: features, supportCount: vectors, metadataBytes: 0,
          hasScaler: true
        )
        .byteCount!
      let labels = ModelLayout.headerBytes + metadata
      let counts = labels + 8 * classes
      let rows = counts + 8 * classes
      let intercepts = rows + 8 * vectors
      let centre = intercepts + 8 * 3 + 8 * (classes - 1) * vectors
      let points = centre + 4 * features + 16 * features
      let (offset, width) = [
        (labels, 8), (counts, 8), (rows, 8), (intercepts, 8), (intercepts + 24, 8), (centre, 4), (points, 4),
      ][part]
      // As a whole number far away; as a float not a number.
      try forge {
        $0.replaceSubrange(offset..<offset + width, with: Array(repeating: 255, count: width - 1) + [127])
      }
      if case .malformed = #expect(
        throws: ModelFileError.self, performing: { try SupportVectorModel(path: path) })
      {
      } else {
        Issue.record("part \(part) is not found malformed")
      }
    }
  }

  @Test("another version, another kind of file, no file")
  func others() throws {
    try withFolder {
      #expect(throws: ModelFileError.self) { try SupportVectorModel(path: path) }
      #expect(throws: ModelFileError.self) {
        try SupportVectorModel(path: folder.path(percentEncoded: false))
      }
      try model().0.write(to: path)
      try forge { $0[8] = 2 }
      #expect(throws: ModelFileError.unsupportedVersion(path: path, version: 2, supported: 1)) {
        try SupportVectorModel(path: path)
      }
      try Data(String(repeating: "text\n", count: 40).utf8).write(to: URL(filePath: path))
      #expect(throws: ModelFileError.notAModel(path: path)) { try SupportVectorModel(path: path) }
    }
  }

  @Test("sizes whose product is beyond all numbers make no length")
  func overflow() {
    let layout = ModelLayout(
      classCount: 1000, featureCount: 1 << 24, supportCount: Int.max / 1000, metadataBytes: 0,
      hasScaler: false)
    #expect(layout.byteCount == nil)
  }

  @Test("the checksum is the one of its standard")
  func checksum() {
    var checksum = Checksum()
    Array("123456789".utf8).withUnsafeBytes { checksum.add($0) }
    #expect(checksum.value == 0xCBF4_3926)
  }

  /// Changes the file and makes its checksum right again.
  private func forge(_ change: (inout [UInt8]) -> Void) throws {
    var bytes = Array(try Data(contentsOf: URL(filePath: path)).dropLast(4))
    change(&bytes)
    var checksum = Checksum()
    bytes.withUnsafeBytes { checksum.add($0) }
    try Data(bytes + withUnsafeBytes(of: checksum.value.littleEndian) { Array($0) }).write(
      to: URL(filePath: path))
  }
}
