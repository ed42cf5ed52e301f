import Tensors
import Testing

@testable import Datasets

@Suite struct WarpTests {
  private static let side = FacePictures.side

  private static func written(_ warp: PictureWarp, _ picture: [UInt8], gain: Float = 1, bias: Float = 0)
    -> [Float]
  {
    // A guard on either side finds writing beyond the output.
    let count = warp.outputSide * warp.outputSide
    var output = [Float](repeating: -1, count: count + 32)
    output.withUnsafeMutableBufferPointer {
      warp.write(picture, gain: gain, bias: bias, into: $0.baseAddress! + 16)
    }
    #expect(output.prefix(16).allSatisfy { $0 == -1 } && output.suffix(16).allSatisfy { $0 == -1 })
    return Array(output[16..<16 + count])
  }

  /// Bilinear interpolation as the textbook has it.
  private static func sample(_ picture: [UInt8], _ x: Double, _ y: Double, _ border: PictureBorder) -> Double
  {
    func pixel(_ column: Double, _ row: Double) -> Double {
      let last = Double(side - 1)
      if border == .zero && (column < 0 || column > last || row < 0 || row > last) { return 0 }
      return Double(picture[Int(min(max(row, 0), last)) * side + Int(min(max(column, 0), last))])
    }
    let (left, top) = (x.rounded(.down), y.rounded(.down))
    let (right, down) = (x - left, y - top)
    return (1 - down) * ((1 - right) * pixel(left, top) + right * pixel(left + 1, top))
      + down * ((1 - right) * pixel(left, top + 1) + right * pixel(left + 1, top + 1))
  }

  private static func randomMap(_ generator: inout SeededGenerator) -> AffineMap {
    // From gentle to wild, steps of exactly 0 and 1 included.
    let wildness = [0.02, 0.3, 3, 40].randomElement(using: &generator)!
    func step(_ base: Double) -> Double {
      let change = Double.random(in: -wildness...wildness, using: &generator)
      return Bool.random(using: &generator) ? base + change : base
    }
    func start() -> Double { Double.random(in: -30...60, using: &generator).rounded(.toNearestOrEven) }
    return AffineMap(
      xx: step(1), xy: step(0), x0: start() + step(0), yx: step(0), yy: step(1), y0: start() + step(0))
  }

  @Test func agreesWithTheTextbookForAnyMap() {
    var generator = SeededGenerator(seed: 8)
    for round in 0..<60 {
      let picture = generator.nextBytes(FacePictures.pixelsPerPicture)
      let map = Self.randomMap(&generator)
      let border: PictureBorder = round % 2 == 0 ? .nearest : .zero
      let outputSide = [48, 31, 1, 64][round % 4]
      let output = Self.written(PictureWarp(map: map, outputSide: outputSide, border: border), picture)
      var worst = 0.0
      for row in 0..<outputSide {
        for column in 0..<outputSide {
          let (c, r) = (Double(column), Double(row))
          let expected = Self.sample(
            picture, map.xx * c + map.xy * r + map.x0, map.yx * c + map.yy * r + map.y0, border)
          worst = max(worst, abs(expected - Double(output[row * outputSide + column])))
        }
      }
      #expect(worst < 1e-3, "round \(round), \(map)")
    }
  }

  @Test func theIdentityKeepsEveryPixel() {
    let map = AffineMap(xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0)
    let picture = TestData.formulaPicture
    for border in PictureBorder.allCases {
      let output = Self.written(PictureWarp(map: map, outputSide: 48, border: border), picture)
      #expect(output == picture.map(Float.init))
    }
  }

  @Test func gainAndBiasAreApplied() {
    let map = AffineMap(xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0)
    let output = Self.written(
      PictureWarp(map: map, outputSide: 48, border: .nearest), TestData.formulaPicture, gain: 2, bias: -3)
    #expect(output == TestData.formulaPicture.map { 2 * Float($0) - 3 })
  }

  @Test func supersamplingAveragesWhereSamplesLieApart() {
    // A checkerboard of single pixels, shrunk to half: without averaging its phase decides, with it all is grey.
    let checkerboard = (0..<FacePictures.pixelsPerPicture).map { UInt8(($0 / 48 + $0) % 2 * 200) }
    let map = AffineMap(xx: 2, xy: 0, x0: 1, yx: 0, yy: 2, y0: 1)
    let plain = Self.written(PictureWarp(map: map, outputSide: 20, border: .nearest), checkerboard)
    #expect(Set(plain) == [0])
    let smooth = Self.written(
      PictureWarp(map: map, outputSide: 20, border: .nearest, antialiasing: .supersampled), checkerboard)
    #expect(smooth.allSatisfy { abs($0 - 100) < 1e-3 })
    let gentle = AffineMap(xx: 1.2, xy: 0, x0: 0, yx: 0, yy: 1.2, y0: 0)
    #expect(
      PictureWarp(map: gentle, outputSide: 20, border: .nearest, antialiasing: .supersampled).oversampling
        == 1)
  }

  @Test func mapsOutOfAllBoundsAreNotRepresentable() {
    for value in [1e7, -1e7, .infinity, -.infinity, .nan] {
      let map = AffineMap(xx: 1, xy: 0, x0: value, yx: 0, yy: 1, y0: 0)
      #expect(!map.isRepresentable(outputSide: 48))
    }
  }
}
