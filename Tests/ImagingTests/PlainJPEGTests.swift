import Testing

@testable import Imaging

@Suite struct PlainJPEGTests {
  private func jpeg(_ subsampling: ChromaSubsampling = .yuv420) throws -> [UInt8] {
    try JPEGEncoder().encode(
      try Picture(width: 48, height: 32, subsampling: subsampling, luma: 90), quality: 80)
  }

  private func isPlain(_ bytes: [UInt8]) -> Bool { PlainJPEG.isPlain(bytes, width: 48, height: 32) }

  /// The bytes with a segment right after the start marker.
  private func adding(_ marker: UInt8, _ payload: [UInt8], to bytes: [UInt8]) -> [UInt8] {
    let length = payload.count + 2
    return bytes.prefix(2) + [0xFF, marker, UInt8(length >> 8), UInt8(length & 255)] + payload
      + bytes.dropFirst(2)
  }

  private func offset(of marker: UInt8, in bytes: [UInt8]) throws -> Int {
    try #require(JPEGMarkers.firstOffset(of: marker, in: bytes))
  }

  @Test func whatTheEncoderMakesIsPlain() throws {
    for subsampling in [ChromaSubsampling.yuv420, .yuv422, .grey] {
      #expect(isPlain(try jpeg(subsampling)))
    }
  }

  @Test func everythingElseIsEncodedAnew() throws {
    let bytes = try jpeg()
    #expect(!PlainJPEG.isPlain(bytes, width: 32, height: 48))
    #expect(!isPlain([]))
    #expect(!isPlain([0xFF, 0xD8, 0xFF, 0xD9]))
    #expect(!isPlain(bytes + [0]))
    #expect(!isPlain(bytes.dropLast(2)))
    // EXIF, a comment, somebody's own segment.
    for marker: UInt8 in [0xE1, 0xFE, 0xE5] {
      #expect(!isPlain(adding(marker, Array("Exif\0\0".utf8), to: bytes)))
    }
    #expect(isPlain(adding(0xE0, Array("AVI1\0\0".utf8), to: bytes)))
    // Progressive, lossless, arithmetic.
    let frame = try offset(of: 0xC0, in: bytes)
    for marker: UInt8 in [0xC1, 0xC2, 0xC3, 0xC9] {
      var other = bytes
      other[frame + 1] = marker
      #expect(!isPlain(other))
    }
    // Twelve bits; four components; a scan of one of three.
    for (place, value): (Int, UInt8) in [(4, 12), (9, 4)] {
      var other = bytes
      other[frame + place] = value
      #expect(!isPlain(other))
    }
    var partial = bytes
    partial[try offset(of: 0xDA, in: bytes) + 4] = 1
    #expect(!isPlain(partial))
  }

  @Test func withoutHuffmanTablesItIsNotPlain() throws {
    var bytes = try jpeg()
    while let table = JPEGMarkers.firstOffset(of: 0xC4, in: bytes) {
      let length = Int(bytes[table + 2]) << 8 | Int(bytes[table + 3])
      bytes.removeSubrange(table..<table + 2 + length)
    }
    #expect(!isPlain(bytes))
  }

  @Test func whereverItIsCutItIsNotPlain() throws {
    let bytes = try jpeg()
    let scan = try offset(of: 0xDA, in: bytes)
    for length in 0..<scan { #expect(!isPlain(bytes.prefix(length) + [0xFF, 0xD9])) }
  }
}
