import Foundation
import Testing

@testable import Datasets

@Suite struct FileTests {
  private func content(_ path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(filePath: path)))
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
  }

  @Test func anArrayIsWrittenInNumPysFormat() throws {
    try TestData.withFolder { folder throws in
      let path = "\(folder)/labels.npy"
      var writer = try NPYWriter(path: path, elements: .int64, shape: [3])
      try writer.append([0, 3] as [Int64])
      try writer.append([-6] as [Int64])
      try writer.finish()
      // What numpy.save writes: version 1.0, a description of 118 bytes.
      let description = "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }"
      let padding = String(repeating: " ", count: 117 - description.count) + "\n"
      let values: [UInt8] =
        [0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0xFA] + Array(repeating: 0xFF, count: 7)
      let header = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]
      #expect(try content(path) == header + Array((description + padding).utf8) + values)
    }
  }

  @Test func headersAreAlignedAndGrowIntoVersionTwo() {
    for shape in [[], [1], [34653, 48, 48, 3], Array(repeating: 1, count: 30)] {
      let header = NPYWriter.header(.float32, shape: shape)
      #expect(header.count % 64 == 0 && header.last == 10 && header[6] == 1)
      #expect(Int(header[8]) + Int(header[9]) << 8 == header.count - 10)
    }
    let long = NPYWriter.header(.uint8, shape: Array(repeating: 1, count: 30_000))
    #expect(long.count % 64 == 0 && long[6] == 2)
    #expect(Int(long[8]) + Int(long[9]) << 8 + Int(long[10]) << 16 == long.count - 12)
  }

  @Test func anArrayOfAnotherLengthThanItsShapeIsNotKept() throws {
    try TestData.withFolder { folder throws in
      let path = "\(folder)/a.npy"
      #expect(throws: NPYWriterError.wrongValueCount(path: path, expected: 6, actual: 5)) {
        var writer = try NPYWriter(path: path, elements: .uint8, shape: [2, 3])
        try writer.append([1, 2, 3, 4, 5] as [UInt8])
        try writer.finish()
      }
      #expect(throws: NPYWriterError.wrongValueCount(path: path, expected: 6, actual: 7)) {
        var writer = try NPYWriter(path: path, elements: .uint8, shape: [2, 3])
        try writer.append([1, 2, 3, 4, 5, 6, 7] as [UInt8])
      }
      #expect(try names(folder) == [])
    }
  }

  @Test func theNotebooksFilesHoldThePictures() throws {
    try TestData.withFolder { folder throws in
      let pictures = TestData.pictures(9, seed: 6).selecting([2, 5, 8])
      try PreparedFiles.writeImages(pictures, to: "\(folder)/image_data.npy")
      try PreparedFiles.writeLabels(pictures, to: "\(folder)/labels.npy")
      try PreparedFiles.writeWideTable(pictures, to: "\(folder)/ml_data_df.csv")
      let images = try content("\(folder)/image_data.npy").dropFirst(128)
      let floats = images.withUnsafeBytes { bytes in
        (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
      }
      #expect(floats == pictures.pixels.flatMap { [Float($0), Float($0), Float($0)] })
      #expect(try content("\(folder)/labels.npy").count == 128 + 24)
      let lines = String(decoding: try content("\(folder)/ml_data_df.csv"), as: UTF8.self).split(
        separator: "\n")
      #expect(lines.count == 4)
      #expect(lines[0].hasPrefix(",emotion,0,1,2,") && lines[0].hasSuffix(",2303"))
      #expect(lines[3] == "8,1," + pictures[2].map(String.init).joined(separator: ","))
    }
  }
}
