import Tensors
import Testing

@testable import Imaging

@Suite struct EXIFOrientationTests {
  /// An Exif payload whose first directory has a few other entries and the orientation.
  private static func exif(_ orientation: UInt16, littleEndian: Bool, type: UInt16 = 3, count: UInt32 = 1)
    -> [UInt8]
  {
    func bytes(_ value: UInt32, _ count: Int) -> [UInt8] {
      let bigEndian = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32(count - 1 - $0))) }
      return littleEndian ? bigEndian.reversed() : bigEndian
    }
    var payload = Array("Exif\0\0".utf8) + Array((littleEndian ? "II" : "MM").utf8) + bytes(42, 2)
    payload += bytes(8, 4) + bytes(2, 2)
    payload += bytes(0x010F, 2) + bytes(2, 2) + bytes(4, 4) + Array("abc\0".utf8)
    payload +=
      bytes(0x0112, 2) + bytes(UInt32(type), 2) + bytes(count, 4) + bytes(UInt32(orientation), 2) + [0, 0]
    return payload + bytes(0, 4)
  }

  private static func jpeg(application1 payload: [UInt8], of picture: Picture) throws -> [UInt8] {
    let jpeg = try JPEGEncoder().encode(picture, quality: 95)
    let length = payload.count + 2
    return jpeg[..<2] + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + payload + jpeg[2...]
  }

  /// Dark but for the top left quarter.
  private static func marked(_ subsampling: ChromaSubsampling = .yuv420) throws -> Picture {
    var picture = try Picture(width: 48, height: 32, subsampling: subsampling, luma: 20)
    let plane = picture.planes[0]
    picture.withMutableBytes { bytes in
      for y in 0..<16 { for x in 0..<24 { bytes[plane.offset + y * plane.bytesPerLine + x] = 220 } }
    }
    return picture
  }

  @Test(arguments: EXIFOrientation.allCases, [true, false])
  func orientationIsReadInBothByteOrders(orientation: EXIFOrientation, littleEndian: Bool) throws {
    let payload = Self.exif(orientation.rawValue, littleEndian: littleEndian)
    let jpeg = try Self.jpeg(application1: payload, of: Self.marked())
    #expect(EXIFOrientation(ofJPEG: jpeg) == orientation)
  }

  @Test func whatMakesNoSenseIsUpright() throws {
    for payload in [
      Self.exif(0, littleEndian: true), Self.exif(9, littleEndian: true),
      Self.exif(6, littleEndian: true, type: 4),
      Self.exif(6, littleEndian: true, count: 2), Array("http://ns.adobe.com/xap/1.0/\0".utf8), [],
    ] {
      let jpeg = try Self.jpeg(application1: payload, of: Self.marked())
      #expect(EXIFOrientation(ofJPEG: jpeg) == .upright)
    }
    #expect(EXIFOrientation(ofJPEG: []) == .upright)
  }

  @Test func truncatedAndDamagedExifNeverCrashes() throws {
    var generator = SeededGenerator(seed: 4)
    let picture = try Self.marked()
    let payload = Self.exif(6, littleEndian: false)
    for length in 0..<payload.count - 10 {
      let jpeg = try Self.jpeg(application1: Array(payload[..<length]), of: picture)
      #expect(EXIFOrientation(ofJPEG: jpeg) == .upright)
    }
    for _ in 0..<500 {
      var damaged = payload
      for _ in 0..<4 {
        damaged[Int.random(in: 6..<damaged.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      let jpeg = try Self.jpeg(application1: damaged, of: picture)
      #expect((1...8).contains(EXIFOrientation(ofJPEG: jpeg).rawValue))
    }
  }

  /// Where the light quarter, stored at the top left, belongs (Exif 2.32, figure of tag Orientation).
  @Test(
    arguments: [
      (EXIFOrientation.upright, false, false), (.mirror, true, false), (.rotate180, true, true),
      (.flip, false, true), (.transpose, false, false), (.rotate90, true, false), (.transverse, true, true),
      (.rotate270, false, true),
    ])
  func photographStandsUpright(orientation: EXIFOrientation, isRight: Bool, isBottom: Bool) throws {
    let payload = Self.exif(orientation.rawValue, littleEndian: true)
    let picture = try PictureFile.decode(try Self.jpeg(application1: payload, of: Self.marked()))
    #expect(picture.width == (orientation.swapsSides ? 32 : 48))
    #expect(picture.height == (orientation.swapsSides ? 48 : 32))
    for right in [false, true] {
      for bottom in [false, true] {
        let luma = picture.luma(
          x: picture.width * (right ? 3 : 1) / 4, y: picture.height * (bottom ? 3 : 1) / 4)
        #expect((luma > 120) == (right == isRight && bottom == isBottom))
      }
    }
  }

  @Test(arguments: EXIFOrientation.allCases, ChromaSubsampling.allCases)
  func chromaTurnsWithLuma(orientation: EXIFOrientation, subsampling: ChromaSubsampling) throws {
    // Chroma grows with luma, from the stored left to right and top to bottom.
    var picture = try Picture(uninitializedWidth: 64, height: 32, subsampling: subsampling)
    let planes = picture.planes
    picture.withMutableBytes { bytes in
      for plane in planes {
        for y in 0..<plane.height {
          for x in 0..<plane.width {
            bytes[plane.offset + y * plane.bytesPerLine + x] = UInt8(
              x * 64 / plane.width + y * 32 / plane.height * 4)
          }
        }
      }
    }
    let turned = try picture.oriented(orientation)
    turned.withBytes { bytes in
      for plane in turned.planes {
        for y in 0..<turned.height {
          for x in 0..<turned.width {
            let sample = bytes[
              plane.offset + y * plane.height / turned.height * plane.bytesPerLine + x * plane.width
                / turned.width]
            #expect(abs(Int(sample) - Int(turned.luma(x: x, y: y))) <= 8)
          }
        }
      }
    }
  }

  @Test(arguments: [1, 2, 3, 5, 7]) func oddSizesTurnTwiceIntoThemselves(side: Int) throws {
    var generator = SeededGenerator(seed: UInt64(side))
    for subsampling in ChromaSubsampling.allCases {
      var picture = try Picture(uninitializedWidth: side, height: side + 2, subsampling: subsampling)
      let noise = generator.nextBytes(picture.withBytes { $0.count })
      picture.withMutableBytes { bytes in for index in bytes.indices { bytes[index] = noise[index] } }
      for orientation in [EXIFOrientation.mirror, .rotate180, .flip, .transpose, .transverse] {
        let twice = try picture.oriented(orientation).oriented(orientation)
        #expect(twice.width == side)
        for y in 0..<side + 2 {
          for x in 0..<side { #expect(twice.luma(x: x, y: y) == picture.luma(x: x, y: y)) }
        }
      }
    }
  }
}
