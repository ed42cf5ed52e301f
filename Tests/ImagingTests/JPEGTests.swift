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

  /// Sides of which the chroma's factors are no divisors: the library then reads and writes more luma than there is.
  @Test(arguments: ChromaSubsampling.allCases) func oddSidesKeepTheirColours(subsampling: ChromaSubsampling)
    throws
  {
    var picture = try Self.gradient(subsampling, width: 203, height: 101)
    guard subsampling != .grey else { return }
    let planes = picture.planes
    picture.withMutableBytes { bytes in
      for plane in planes.dropFirst() {
        for y in 0..<plane.height {
          for x in 0..<plane.width {
            bytes[plane.offset + y * plane.bytesPerLine + x] = UInt8(
              60 + (y + x) * 120 / (plane.width + plane.height))
          }
        }
      }
    }
    let decoded = try JPEGDecoder().decode(JPEGEncoder().encode(picture, quality: 95))
    for (plane, other) in zip(picture.planes, decoded.planes).dropFirst() {
      var largest = 0
      for y in 0..<plane.height {
        for x in 0..<plane.width {
          let (left, right) = (
            picture.withBytes { $0[plane.offset + y * plane.bytesPerLine + x] },
            decoded.withBytes { $0[other.offset + y * other.bytesPerLine + x] }
          )
          largest = max(largest, abs(Int(left) - Int(right)))
        }
      }
      #expect(largest <= 8)
    }
  }

  @Test(arguments: ChromaSubsampling.allCases)
  func whatStandsBehindAPictureIsNotEncoded(subsampling: ChromaSubsampling) throws {
    func encoded(behind fill: UInt8) throws -> [UInt8] {
      var picture = try Self.gradient(subsampling, width: 203, height: 101)
      let planes = picture.planes
      picture.withMutableBytes { bytes in
        for (plane, end) in zip(planes, planes.dropFirst().map(\.offset) + [bytes.count]) {
          for y in 0..<plane.height {
            let start = plane.offset + y * plane.bytesPerLine
            bytes[(start + plane.width)..<(start + plane.bytesPerLine)].update(repeating: fill)
          }
          bytes[(plane.offset + plane.height * plane.bytesPerLine)..<end].update(repeating: fill)
        }
      }
      return try JPEGEncoder().encode(picture, quality: 90)
    }
    #expect(try encoded(behind: 0) == encoded(behind: 255))
  }

  @Test func aFileOfThousandsOfScansIsRefused() throws {
    // Baseline turned into progressive: what the scans hold makes no sense, which the library only warns of.
    var jpeg = try JPEGEncoder().encode(
      Picture(width: 16, height: 16, subsampling: .grey, luma: 90), quality: 50)
    let frame = try #require(Self.offset(of: 0xC0, in: jpeg))
    jpeg[frame + 1] = 0xC2
    let scan = try #require(Self.offset(of: JPEGMarkers.startOfScan, in: jpeg))
    let head = jpeg[..<scan]
    let one: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0]
    let first: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0]
    func file(scans: Int) -> [UInt8] {
      head + first + Array(repeating: one, count: scans).joined() + [0xFF, 0xD9]
    }
    #expect(try JPEGDecoder().decode(file(scans: 20), accepting: .damaged).width == 16)
    let error = #expect(throws: ImagingError.self) {
      try JPEGDecoder().decode(file(scans: 2000), accepting: .damaged)
    }
    #expect(error?.description.contains("scans") == true)
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
    #expect(try decoder.decode(cut, accepting: .damaged).width == 320)
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
        let acceptance = Bool.random(using: &generator) ? JPEGDecoder.Acceptance.damaged : .padded
        let picture = try decoder.decode(bytes, accepting: acceptance)
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
