import Faces
import Imaging
import Testing

@testable import Datasets

@Suite struct TestTimeViewsTests {
  private static let picture = TestData.formulaPicture

  private func written(_ views: TestTimeViews) -> [[Float]] {
    let size = views.outputSide * views.outputSide
    var output = [Float](repeating: -1, count: views.count * size)
    views.write(Self.picture, into: &output)
    return (0..<views.count).map { Array(output[$0 * size..<($0 + 1) * size]) }
  }

  private static func mirrored(_ view: [Float], side: Int) -> [Float] {
    view.indices.map { view[$0 / side * side + side - 1 - $0 % side] }
  }

  private static func crop(left: Int, top: Int, side: Int) -> [Float] {
    (0..<side * side).map { Float(picture[($0 / side + top) * 48 + $0 % side + left]) * (1 / 255) }
  }

  @Test func thePlainViewIsThePicture() throws {
    #expect(written(try TestTimeViews(.plain)) == [Self.crop(left: 0, top: 0, side: 48)])
  }

  /// What the trainer shows a network is what the daemon shows it of the same picture.
  @Test func thePlainViewIsTheDaemonsInput() throws {
    var picture = try Picture(width: 48, height: 48, subsampling: .grey, luma: 0)
    let bytesPerLine = picture.planes[0].bytesPerLine
    picture.withMutableBytes { bytes in
      for (place, value) in Self.picture.enumerated() {
        bytes[place / 48 * bytesPerLine + place % 48] = value
      }
    }
    var input = [Float](repeating: -1, count: 48 * 48)
    FacePreprocessing.writeInput(
      of: PictureRegion(x: 0, y: 0, width: 48, height: 48), in: picture, to: &input)
    let view = written(try TestTimeViews(.plain))[0]
    #expect(zip(view, input).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func theSecondViewIsMirrored() throws {
    let plain = Self.crop(left: 2, top: 2, side: 44)
    #expect(
      written(try TestTimeViews(.flip, cropSide: 44, outputSide: 44)) == [
        plain, Self.mirrored(plain, side: 44),
      ])
  }

  @Test(arguments: [44, 43, 40])
  func tenCropsAreCornersMiddleAndTheirMirrorImages(side: Int) throws {
    let margin = 48 - side
    let crops = [(0, 0), (margin, 0), (0, margin), (margin, margin), (margin / 2, margin / 2)].map {
      Self.crop(left: $0.0, top: $0.1, side: side)
    }
    let views = written(try TestTimeViews(.tenCrop(side: side), outputSide: side))
    #expect(views == crops + crops.map { Self.mirrored($0, side: side) })
  }

  @Test func tenCropsAreResampledToTheNetworksSize() throws {
    let views = written(try TestTimeViews(.tenCrop(side: 40)))
    #expect(views.count == 10)
    #expect(views.allSatisfy { view in view.allSatisfy { $0 >= 0 && $0 <= 1 } })
    // Enlarged by 1.2, the crop's sample lies at 0.2 pixels and so on; the first is the picture's own edge.
    let first = (Float(0.5) * 40 / 48 - 0.5)
    #expect(first < 0 && abs(views[0][0] - Float(Self.picture[0]) / 255) < 1e-6)
    let mirrored = zip(Self.mirrored(views[0], side: 48), views[5])
    #expect(mirrored.allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func impossibleSidesAreErrors() {
    #expect(throws: AugmentationError.self) { try TestTimeViews(.tenCrop(side: 49)) }
    #expect(throws: AugmentationError.self) { try TestTimeViews(.tenCrop(side: 0)) }
    #expect(throws: AugmentationError.self) { try TestTimeViews(.plain, outputSide: 1000) }
  }
}
