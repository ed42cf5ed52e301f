import Testing

@testable import Imaging

@Suite struct JPEGTests {
  private static func gradient(_ subsampling: ChromaSubsampling, width: Int = 75, height: Int = 41) throws
    -> Picture
  {
    var picture = try Picture(
      width: width, height: height, subsampling: subsampling, luma: 0, cb: 90, cr: 160)
    let plane = picture.planes[0]
    picture.withMutableBytes { bytes in
      for y in 0..<height {
        for x in 0..<width {
          bytes[plane.offset + y * plane.bytesPerLine + x] = UInt8(
            (2 * x + y) % 512 < 256 ? (2 * x + y) % 256 : 255 - (2 * x + y) % 256)
        }
      }
    }
    return picture
  }

  /// The position of a segment's marker.
  private static func offset(of marker: UInt8, in jpeg: [UInt8]) -> Int? {
    jpeg.indices.dropLast().first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == marker }
  }

  /// The same file without its DHT segments.
  private static func withoutHuffmanTables(_ jpeg: [UInt8]) -> [UInt8] {
    var result = Array(jpeg[..<2])
    jpeg.withUnsafeBufferPointer { bytes in
      var scan = 0
      JPEGMarkers.forEachSegment(in: bytes) { marker, payload, offset in
        if marker == JPEGMarkers.startOfScan {
          scan = offset
        } else if marker != JPEGMarkers.defineHuffmanTable {
          result += bytes[offset..<payload.upperBound]
        }
        return true
      }
      result += bytes[scan...]
    }
    return result
  }

  @Test(arguments: ChromaSubsampling.allCases) func everySubsamplingSurvives(subsampling: ChromaSubsampling)
    throws
  {
    let picture = try Self.gradient(subsampling)
    let decoded = try JPEGDecoder().decode(JPEGEncoder().encode(picture, quality: 95))
    #expect((decoded.width, decoded.height, decoded.subsampling) == (75, 41, subsampling))
    for (x, y) in [(0, 0), (40, 20), (74, 40)] {
      #expect(abs(Int(decoded.luma(x: x, y: y)) - Int(picture.luma(x: x, y: y))) <= 4)
    }
    if subsampling != .grey {
      let chroma = decoded.planes[1]
      let cb = decoded.withBytes {
        $0[chroma.offset + chroma.bytesPerLine * (chroma.height / 2) + chroma.width / 2]
      }
      #expect(abs(Int(cb) - 90) <= 3)
    }
  }

  @Test func missingHuffmanTablesArePutIn() throws {
    let picture = try Self.gradient(.yuv422)
    let complete = try JPEGEncoder().encode(picture, quality: 90)
    let bare = Self.withoutHuffmanTables(complete)
    #expect(bare.count < complete.count)
    #expect(Self.offset(of: JPEGMarkers.defineHuffmanTable, in: bare) == nil)
    let decoder = try JPEGDecoder()
    let (ours, theirs) = (try decoder.decode(bare), try decoder.decode(complete))
    for y in 0..<ours.height {
      for x in 0..<ours.width where ours.luma(x: x, y: y) != theirs.luma(x: x, y: y) {
        Issue.record("the pictures differ at \(x), \(y)")
        return
      }
    }
  }

  @Test func aTruncatedFrameIsRefusedAndATruncatedFileShown() throws {
    let jpeg = try JPEGEncoder().encode(Self.gradient(.yuv420, width: 320, height: 240), quality: 80)
    let cut = Array(jpeg[..<(jpeg.count / 2)])
    let decoder = try JPEGDecoder()
    #expect(throws: ImagingError.self) { try decoder.decode(cut) }
    #expect(try decoder.decode(cut, tolerant: true).width == 320)
    // The decoder is of use afterwards.
    #expect(try decoder.decode(jpeg).width == 320)
  }

  @Test func whatIsNoJPEGIsNamed() throws {
    let decoder = try JPEGDecoder()
    #expect(throws: ImagingError.empty) { try decoder.decode([]) }
    #expect(throws: ImagingError.undecodable(reason: "no JPEG start marker")) {
      try decoder.decode(Array("hello, world".utf8))
    }
  }

  @Test func aHugeSizeIsRefusedBeforeMemoryIsTaken() throws {
    var jpeg = try JPEGEncoder().encode(Self.gradient(.yuv420), quality: 80)
    let frame = try #require(Self.offset(of: 0xC0, in: jpeg))
    // 20,000 x 20,000.
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0x4E, 0x20, 0x4E, 0x20])
    let decoder = try JPEGDecoder()
    #expect(throws: ImagingError.unacceptableSize(width: 20_000, height: 20_000)) { try decoder.decode(jpeg) }
  }

  @Test func aBadFrameDoesNotSpoilTheNextOne() throws {
    let good = try JPEGEncoder().encode(Self.gradient(.yuv420), quality: 80)
    let decoder = try JPEGDecoder()
    for position in 2..<good.count {
      var bad = good
      bad[position] ^= 0xFF
      _ = try? decoder.decode(bad)
      #expect(try decoder.decode(good).width == 75, "after a damaged byte \(position)")
    }
  }

  @Test func noMutationCrashesTheDecoder() throws {
    let good = try JPEGEncoder().encode(Self.gradient(.yuv420), quality: 70)
    let decoder = try JPEGDecoder()
    var generator = SystemRandomNumberGenerator()
    var outcomes = (decoded: 0, refused: 0)
    for _ in 0..<3000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0:
          bytes[.random(in: 2..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
        case 1: bytes.removeSubrange(Int.random(in: 2..<bytes.count, using: &generator)...)
        default:
          bytes.insert(
            .random(in: 0...255, using: &generator), at: .random(in: 2...bytes.count, using: &generator))
        }
        if bytes.count < 3 { break }
      }
      do throws(ImagingError) {
        let picture = try decoder.decode(bytes, tolerant: Bool.random(using: &generator))
        #expect(picture.width > 0 && picture.height > 0)
        outcomes.decoded += 1
      } catch {
        #expect(!error.description.isEmpty)
        outcomes.refused += 1
      }
    }
    #expect(outcomes.decoded > 0 && outcomes.refused > 0)
  }
}
