/// Looks at the segments of a JPEG file (ITU-T T.81 annex B) without decoding it.
enum JPEGMarkers {
  static let startOfScan: UInt8 = 0xDA
  static let defineHuffmanTable: UInt8 = 0xC4
  static let application1: UInt8 = 0xE1

  /// Calls `body` with each segment's marker, its payload's range and the offset of its first byte, up to
  /// and including the first start of scan, until `body` returns false. Ends silently at malformed data:
  /// the decoder has the words for it.
  static func forEachSegment(
    in bytes: UnsafeBufferPointer<UInt8>, _ body: (UInt8, Range<Int>, Int) -> Bool
  ) {
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      if marker == 0xFF {
        position += 1
        continue
      }
      let isStandalone = marker == 0x01 || (0xD0...0xD8).contains(marker)
      if isStandalone {
        position += 2
        continue
      }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let end = position + 2 + length
      guard length >= 2, end <= bytes.count else { return }
      guard body(marker, position + 4..<end, position), marker != startOfScan else { return }
      position = end
    }
  }

  /// The file with the standard Huffman tables before its first scan, or nil where it has tables, or has
  /// no scan to put them before.
  static func insertingHuffmanTables(into bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var scanOffset: Int?
    var hasTables = false
    forEachSegment(in: bytes) { marker, _, offset in
      if marker == defineHuffmanTable { hasTables = true }
      if marker == startOfScan { scanOffset = offset }
      return !hasTables
    }
    guard !hasTables, let scanOffset else { return nil }
    var patched: [UInt8] = []
    patched.reserveCapacity(bytes.count + StandardHuffmanTables.segment.count)
    patched.append(contentsOf: bytes[..<scanOffset])
    patched.append(contentsOf: StandardHuffmanTables.segment)
    patched.append(contentsOf: bytes[scanOffset...])
    return patched
  }
}
