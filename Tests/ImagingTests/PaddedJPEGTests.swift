import Testing

@testable import Imaging

/// JPEGs with bytes too many before their markers, as Logitech's C270 and C910 send them.
@Suite struct PaddedJPEGTests {
  private static func strip(_ index: Int) throws -> Picture {
    var picture = try Picture(width: 64, height: 16, subsampling: .yuv420, luma: 0, cb: 90, cr: 160)
    let plane = picture.planes[0]
    picture.withMutableBytes { bytes in
      for y in 0..<plane.height {
        for x in 0..<plane.width {
          bytes[plane.offset + y * plane.bytesPerLine + x] = UInt8((3 * x + 5 * (16 * index + y)) % 256)
        }
      }
    }
    return picture
  }

  /// A picture of 64x64 with a restart marker after each row of blocks, and `padding` before every marker: four strips,
  /// each compressed for itself, which is how what follows a restart marker is coded.
  private static func jpeg(padding: [UInt8] = []) throws -> [UInt8] {
    let encoder = try JPEGEncoder()
    var result: [UInt8] = []
    for index in 0..<4 {
      let strip = try encoder.encode(Self.strip(index), quality: 80)
      let scan = try #require(JPEGMarkers.firstOffset(of: JPEGMarkers.startOfScan, in: strip))
      let data = scan + 2 + (Int(strip[scan + 2]) << 8 | Int(strip[scan + 3]))
      if index == 0 {
        result = Array(strip[..<scan])
        // The whole height, and a restart interval of the four blocks of a row.
        let frame = try #require(JPEGMarkers.firstOffset(of: 0xC0, in: strip))
        result[frame + 6] = 64
        result += [0xFF, 0xDD, 0, 4, 0, 4]
        result += strip[scan..<data]
      } else {
        result += padding
        result += [0xFF, 0xD0 + UInt8(index - 1)]
      }
      result += strip[data..<strip.count - 2]
    }
    result += padding
    return result + [0xFF, 0xD9]
  }

  private static func samples(_ picture: Picture) -> [UInt8] {
    picture.withBytes { bytes in
      picture.planes.flatMap { plane in
        (0..<plane.height).flatMap { y in
          let start = plane.offset + y * plane.bytesPerLine
          return Array(bytes[start..<start + plane.width])
        }
      }
    }
  }

  private static func cut(_ jpeg: [UInt8]) -> [UInt8] { Array(jpeg[..<(jpeg.count * 3 / 4)]) + [0xFF, 0xD9] }

  @Test(arguments: [[0, 0], [0x5A, 0x5A, 0x5A], [UInt8](repeating: 0, count: 20)] as [[UInt8]])
  func thePictureIsTheSame(padding: [UInt8]) throws {
    let decoder = try JPEGDecoder()
    let clean = try decoder.decode(Self.jpeg())
    #expect((clean.width, clean.height) == (64, 64))
    #expect(!decoder.hasAcceptedFault)
    let padded = try Self.jpeg(padding: padding)
    #expect(throws: ImagingError.self) { try decoder.decode(padded) }
    let picture = try decoder.decode(padded, accepting: .padded)
    #expect(decoder.hasAcceptedFault)
    #expect(Self.samples(picture) == Self.samples(clean))
    _ = try decoder.decode(Self.jpeg(), accepting: .padded)
    #expect(!decoder.hasAcceptedFault)
  }

  @Test func aCutOneIsRefused() throws {
    let decoder = try JPEGDecoder()
    let cut = Self.cut(try Self.jpeg())
    #expect(throws: ImagingError.self) { try decoder.decode(cut, accepting: .padded) }
    #expect(try decoder.decode(cut, accepting: .damaged).height == 64)
    // The padding is all that the library tells of: whoever added the end himself does not accept it.
    let both = Self.cut(try Self.jpeg(padding: [0, 0, 0, 0]))
    #expect(throws: ImagingError.self) { try decoder.decode(both) }
    #expect(try decoder.decode(both, accepting: .padded).height == 64)
  }

  @Test func otherWarningsAreNoPadding() throws {
    // The first restart marker is another one than is due.
    let whole = try Self.jpeg()
    let marker = whole.indices.dropLast().first { whole[$0] == 0xFF && whole[$0 + 1] == 0xD0 }
    var jpeg = whole
    jpeg[try #require(marker) + 1] = 0xD3
    let decoder = try JPEGDecoder()
    #expect(throws: ImagingError.self) { try decoder.decode(jpeg, accepting: .padded) }
    #expect(try decoder.decode(jpeg, accepting: .damaged).height == 64)
  }
}
