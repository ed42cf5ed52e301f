import Tensors
import Testing

@testable import Imaging

@Suite struct PNGTests {
  private func lumas(_ picture: Picture) -> [[UInt8]] {
    (0..<picture.height).map { y in (0..<picture.width).map { picture.luma(x: $0, y: y) } }
  }

  @Test func oneBitGreyIsBlackAndWhite() throws {
    let fixture = PNGFixture(
      width: 5, height: 2, depth: 1, colorType: .grey, rows: [[0b1010_1000], [0b0101_0000]])
    let picture = try PNGDecoder.decode(fixture.file)
    #expect(picture.subsampling == .grey)
    #expect(lumas(picture) == [[255, 0, 255, 0, 255], [0, 255, 0, 255, 0]])
  }

  @Test func eightBitGreyIsTakenAsItIs() throws {
    let rows: [[UInt8]] = [[0, 1, 127], [128, 254, 255]]
    let picture = try PNGDecoder.decode(PNGFixture(width: 3, height: 2, colorType: .grey, rows: rows).file)
    #expect(lumas(picture) == rows)
  }

  @Test func sixteenBitsAreReducedAndNotTakenForLinearLight() throws {
    let fixture = PNGFixture(
      width: 3, height: 1, depth: 16, colorType: .grey, rows: [[0x00, 0x00, 0x80, 0x80, 0xFF, 0xFF]])
    #expect(lumas(try PNGDecoder.decode(fixture.file)) == [[0, 128, 255]])
  }

  @Test func paletteIsLookedUp() throws {
    let fixture = PNGFixture(
      width: 4, height: 1, depth: 2, colorType: .palette, palette: [255, 255, 255, 0, 0, 0, 255, 0, 0],
      rows: [[0b0001_1000]])
    let picture = try PNGDecoder.decode(fixture.file)
    #expect(picture.subsampling == .yuv444)
    let row = lumas(picture)[0]
    #expect([row[0], row[1], row[3]] == [255, 0, 255])
    #expect(abs(Int(row[2]) - 76) <= 1)
  }

  @Test func transparentIsPutOnWhite() throws {
    let grey = PNGFixture(width: 2, height: 1, colorType: .greyAlpha, rows: [[0, 0, 0, 255]])
    #expect(lumas(try PNGDecoder.decode(grey.file)) == [[255, 0]])
    let color = PNGFixture(width: 2, height: 1, colorType: .rgba, rows: [[0, 0, 255, 0, 0, 0, 0, 255]])
    #expect(lumas(try PNGDecoder.decode(color.file)) == [[255, 0]])
    let palette = PNGFixture(
      width: 2, height: 1, colorType: .palette, palette: [0, 0, 0, 0, 0, 0], transparency: [0, 255],
      rows: [[0, 1]])
    #expect(lumas(try PNGDecoder.decode(palette.file)) == [[255, 0]])
  }

  @Test func everyTruncationIsAnError() {
    let file = PNGFixture(
      width: 7, height: 5, colorType: .rgb, rows: Array(repeating: Array(0..<21), count: 5)
    ).file
    // The last chunk, IEND, has twelve bytes, without which the picture is complete all the same.
    for length in 0..<file.count - 12 - 4 {
      #expect(throws: ImagingError.self) { try PNGDecoder.decode(Array(file[..<length])) }
    }
  }

  @Test func damagedBytesNeverCrash() {
    var generator = SeededGenerator(seed: 1)
    let file = PNGFixture(
      width: 9, height: 9, colorType: .rgba, rows: Array(repeating: generator.nextBytes(36), count: 9)
    ).file
    for _ in 0..<500 {
      var damaged = file
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        damaged[Int.random(in: 8..<damaged.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      if let picture = try? PNGDecoder.decode(damaged) {
        #expect(picture.width * picture.height <= Picture.maximumPixels)
      }
    }
  }

  @Test(arguments: [(50_000, 50_000), (16_384, 16_384), (20_000, 1), (2_000_000_000, 2), (0, 4)])
  func hugeSizesAreRefusedBeforeMemoryIsTaken(width: Int, height: Int) {
    let file = PNGFixture(width: width, height: height, colorType: .rgb, rows: [[0, 0, 0]]).file
    #expect(throws: ImagingError.self) { try PNGDecoder.decode(file) }
  }

  @Test func greySurvivesEncodingWithoutLoss() throws {
    var generator = SeededGenerator(seed: 2)
    let rows = (0..<37).map { _ in generator.nextBytes(53) }
    let picture = try PNGDecoder.decode(PNGFixture(width: 53, height: 37, colorType: .grey, rows: rows).file)
    let decoded = try PNGDecoder.decode(try PNGEncoder.encode(picture))
    #expect(decoded.subsampling == .grey)
    #expect(lumas(decoded) == rows)
  }

  @Test(arguments: ChromaSubsampling.allCases) func colorSurvivesEncoding(subsampling: ChromaSubsampling)
    throws
  {
    let picture = try Picture(width: 33, height: 21, subsampling: subsampling, luma: 120, cb: 90, cr: 160)
    let decoded = try PNGDecoder.decode(try PNGEncoder.encode(picture))
    #expect(decoded.width == 33)
    #expect(decoded.height == 21)
    for (plane, expected) in zip(decoded.planes, [120, 90, 160]) {
      let sample = decoded.withBytes {
        $0[plane.offset + 20 / (plane.height == 21 ? 1 : 2) * plane.bytesPerLine]
      }
      #expect(abs(Int(sample) - expected) <= 1)
    }
  }

  @Test func noiseIsEncodedThoughItCannotBeCompressed() throws {
    var generator = SeededGenerator(seed: 3)
    let rows = (0..<64).map { _ in generator.nextBytes(3 * 64) }
    let picture = try PNGDecoder.decode(PNGFixture(width: 64, height: 64, colorType: .rgb, rows: rows).file)
    let decoded = try PNGDecoder.decode(try PNGEncoder.encode(picture))
    #expect(decoded.width == 64)
  }
}
