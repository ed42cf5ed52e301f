import Testing

@testable import Imaging

@Suite struct PictureTests {
  @Test func copiesShareUntilOneIsChanged() throws {
    let original = try Picture(width: 20, height: 10, subsampling: .yuv420, luma: 50)
    var copy = original
    copy.fill(PixelRectangle(x: 0, y: 0, width: 20, height: 10), color: .white)
    #expect(original.luma(x: 5, y: 5) == 50)
    #expect(copy.luma(x: 5, y: 5) == 255)
  }

  @Test(arguments: [(0, 10), (10, 0), (-1, 10), (20_000, 10), (16_384, 16_384), (.max, .max)])
  func impossibleSizesAreRefused(width: Int, height: Int) {
    #expect(throws: ImagingError.unacceptableSize(width: width, height: height)) {
      try Picture(uninitializedWidth: width, height: height, subsampling: .yuv420)
    }
  }

  @Test func oddSizesHaveRoomForTheirChroma() throws {
    let picture = try Picture(width: 7, height: 5, subsampling: .yuv420, luma: 1)
    #expect(picture.planes.map(\.width) == [7, 4, 4])
    #expect(picture.planes.map(\.height) == [5, 3, 3])
    #expect(picture.planes.allSatisfy { $0.offset % 64 == 0 && $0.bytesPerLine % 64 == 0 })
  }

  @Test func fillingIsCutAtTheEdgesAndMixes() throws {
    var picture = try Picture(width: 10, height: 10, subsampling: .yuv444, luma: 100)
    picture.fill(
      PixelRectangle(x: 8, y: -5, width: 50, height: 8), color: OverlayColor(luma: 200, cb: 0, cr: 255),
      opacity: 128)
    #expect(picture.luma(x: 9, y: 2) == 150)
    #expect(picture.luma(x: 7, y: 2) == 100)
    #expect(picture.luma(x: 9, y: 3) == 100)
    let cb = picture.planes[1]
    #expect(picture.withBytes { $0[cb.offset + 9] } == 64)
    picture.fill(PixelRectangle(x: 90, y: 90, width: 5, height: 5), color: .white)
    picture.fill(PixelRectangle(x: 3, y: 3, width: -5, height: 5), color: .white)
    #expect(picture.luma(x: 5, y: 5) == 100)
  }

  @Test(arguments: [0, 1, 127, 128, 200, 255, 256]) func mixingIsRoundedToNearest(opacity: Int) throws {
    for value: UInt8 in [0, 1, 16, 128, 254, 255] {
      var picture = try Picture(width: 256, height: 2, subsampling: .grey, luma: 0)
      picture.withMutableBytes { bytes in for x in 0..<256 { bytes[x] = UInt8(x) } }
      picture.fill(
        PixelRectangle(x: 0, y: 0, width: 255, height: 1), color: OverlayColor(luma: value), opacity: opacity)
      for x in 0..<255 {
        let expected = (x * (256 - opacity) + Int(value) * opacity + 128) / 256
        #expect(Int(picture.luma(x: x, y: 0)) == expected)
      }
      #expect(picture.luma(x: 255, y: 0) == 255 && picture.luma(x: 0, y: 1) == 0)
    }
  }

  @Test func anOutlineLeavesItsInsideAlone() throws {
    var picture = try Picture(width: 40, height: 40, subsampling: .grey, luma: 10)
    picture.outline(PixelRectangle(x: 5, y: 5, width: 30, height: 20), thickness: 3, color: .white)
    #expect(picture.luma(x: 5, y: 5) == 255)
    #expect(picture.luma(x: 34, y: 24) == 255)
    #expect(picture.luma(x: 7, y: 10) == 255)
    #expect(picture.luma(x: 8, y: 8) == 10)
    #expect(picture.luma(x: 35, y: 10) == 10)
  }

  @Test func textIsDrawnWhereItIsAskedForAndNowhereElse() throws {
    var picture = try Picture(width: 200, height: 60, subsampling: .grey, luma: 0)
    let style = TextStyle(scale: 0.5, thickness: 1)
    let size = style.size(of: "happiness")
    picture.drawText("happiness", x: 10, baseline: 40, style: style, luma: 255)
    var lit: [(x: Int, y: Int)] = []
    for y in 0..<60 {
      for x in 0..<200 where picture.luma(x: x, y: y) > 64 { lit.append((x, y)) }
    }
    #expect(lit.count > 100)
    #expect(lit.allSatisfy { (8...12 + size.width).contains($0.x) })
    #expect(lit.allSatisfy { (40 - size.ascent - 2...40 + size.descent + 2).contains($0.y) })
  }

  @Test func overlapIsMeasured() {
    let box = PixelRectangle(x: 0, y: 0, width: 10, height: 10)
    #expect(box.intersectionOverUnion(box) == 1)
    #expect(box.intersectionOverUnion(PixelRectangle(x: 5, y: 0, width: 10, height: 10)) == 50.0 / 150)
    #expect(box.intersectionOverUnion(PixelRectangle(x: 10, y: 10, width: 10, height: 10)) == 0)
  }
}
