import Testing

@testable import Datasets

/// Bytes in pieces of a few.
private final class PiecewiseSource: ByteSource {
  private var rest: ArraySlice<UInt8>
  private let pieceBytes: Int

  init(_ bytes: [UInt8], pieceBytes: Int) {
    rest = bytes[...]
    self.pieceBytes = pieceBytes
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
    let piece = rest.prefix(min(pieceBytes, buffer.count))
    buffer.copyBytes(from: piece)
    rest = rest.dropFirst(piece.count)
    return piece.count
  }
}

@Suite struct LineReaderTests {
  private func lines(_ text: String, pieceBytes: Int) throws -> [String] {
    let reader = LineReader(
      PiecewiseSource(Array(text.utf8), pieceBytes: pieceBytes), file: "x", maximumBytes: 1 << 30)
    var lines: [String] = []
    while let line = try reader.next() {
      switch line {
      case .bytes(let bytes): lines.append(String(decoding: bytes, as: UTF8.self))
      case .tooLong: lines.append("(too long)")
      }
      #expect(reader.lineNumber == lines.count)
    }
    return lines
  }

  @Test(arguments: [1, 2, 3, 7, 1 << 20])
  func linesDoNotDependOnHowTheyArrive(pieceBytes: Int) throws {
    #expect(try lines("", pieceBytes: pieceBytes) == [])
    #expect(try lines("a", pieceBytes: pieceBytes) == ["a"])
    #expect(try lines("a\n", pieceBytes: pieceBytes) == ["a"])
    #expect(try lines("\n\nab\r\n\rc\n\r\n", pieceBytes: pieceBytes) == ["", "", "ab", "\rc", ""])
    let many = (0..<300).map { "line \($0 * $0)" }
    #expect(try lines(many.joined(separator: "\n"), pieceBytes: pieceBytes) == many)
  }

  @Test func aLineOfTheBuffersLengthIsTooLong() throws {
    let longest = String(repeating: "x", count: LineReader.maximumLineBytes - 1)
    #expect(try lines("a\n\(longest)\nb", pieceBytes: 65_536) == ["a", longest, "b"])
    #expect(try lines("a\n\(longest)xx\nb", pieceBytes: 65_536) == ["a", "(too long)", "b"])
    #expect(try lines("a\n\(longest)\(longest)\(longest)", pieceBytes: 65_536) == ["a", "(too long)"])
  }
}
