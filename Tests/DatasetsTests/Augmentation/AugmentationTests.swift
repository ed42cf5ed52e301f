import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct AugmentationTests {
  private static let picture = TestData.formulaPicture

  private func written(_ augmentation: Augmentation, seed: UInt64 = 1, epoch: Int = 0, index: Int = 0)
    -> [Float]
  {
    var output = [Float](repeating: -1, count: augmentation.outputSide * augmentation.outputSide)
    augmentation.write(Self.picture, seed: seed, epoch: epoch, index: index, into: &output)
    return output
  }

  private func applied(_ draw: AugmentationDraw, _ augmentation: Augmentation = Augmentation()) -> [Float] {
    var output = [Float](repeating: -1, count: augmentation.outputSide * augmentation.outputSide)
    augmentation.apply(draw, to: Self.picture, into: &output)
    return output
  }

  /// Everything at once.
  private static let strong: Augmentation = {
    var augmentation = Augmentation()
    augmentation.flipProbability = 0.5
    augmentation.warpProbability = 0.8
    augmentation.shift = 0.2
    augmentation.rotationDegrees = 30
    augmentation.scale = 0.7...1.4
    augmentation.shearDegrees = 15
    augmentation.aspect = 0.7...1.4
    augmentation.brightness = 0.5...1.5
    augmentation.contrast = 0.5...1.5
    augmentation.erasing = RandomErasing()
    return augmentation
  }()

  @Test func withoutRangesThePicturePassesUnchanged() {
    #expect(written(Augmentation()) == Self.picture.map { Float($0) * (1 / 255) })
  }

  @Test func theSameSeedEpochAndIndexGiveTheSamePicture() {
    let first = written(Self.strong, seed: 3, epoch: 4, index: 5)
    #expect(written(Self.strong, seed: 3, epoch: 4, index: 5) == first)
    #expect(written(Self.strong, seed: 4, epoch: 4, index: 5) != first)
    #expect(written(Self.strong, seed: 3, epoch: 5, index: 5) != first)
    #expect(written(Self.strong, seed: 3, epoch: 4, index: 6) != first)
    // Epoch and index do not stand for each other.
    #expect(written(Self.strong, seed: 3, epoch: 5, index: 4) != first)
  }

  @Test(arguments: [48, 44, 40, 32, 1], PictureBorder.allCases)
  func allSamplesAreWrittenAndLieBetween0And1(outputSide: Int, border: PictureBorder) throws {
    var augmentation = Self.strong
    augmentation.outputSide = outputSide
    augmentation.border = border
    augmentation.cropSide = 44
    try augmentation.validate()
    for index in 0..<12 {
      #expect(written(augmentation, index: index).allSatisfy { $0 >= 0 && $0 <= 1 })
    }
  }

  @Test func mirrorsLeftToRight() {
    var draw = AugmentationDraw()
    draw.flip = true
    let output = applied(draw)
    for (row, column) in [(0, 0), (0, 47), (17, 3), (47, 30)] {
      #expect(output[row * 48 + column] == Float(Self.picture[row * 48 + 47 - column]) * (1 / 255))
    }
  }

  @Test func shiftsToTheRightAndDown() {
    var draw = AugmentationDraw()
    draw.shiftX = 5.0 / 48
    draw.shiftY = -3.0 / 48
    let output = applied(draw)
    for (row, column) in [(0, 5), (10, 30), (44, 47)] {
      #expect(abs(output[row * 48 + column] - Float(Self.picture[(row + 3) * 48 + column - 5]) / 255) < 1e-6)
    }
    // Beyond the edge lies the edge's pixel.
    #expect(abs(output[20 * 48 + 1] - Float(Self.picture[23 * 48]) / 255) < 1e-6)
  }

  @Test func rotatesClockwiseAndStretches() {
    var draw = AugmentationDraw()
    draw.rotationDegrees = 90
    let output = applied(draw)
    // What was up is now on the right.
    for (row, column) in [(0, 0), (5, 40), (47, 13)] {
      #expect(abs(output[column * 48 + 47 - row] - Float(Self.picture[row * 48 + column]) / 255) < 1e-4)
    }
    var stretch = AugmentationDraw()
    stretch.scale = 2
    stretch.aspect = 4
    // Four times as wide, as high as before.
    let map = stretch.map(cropSide: 48, outputSide: 48)
    #expect(abs(map.xx - 0.25) < 1e-12 && abs(map.yy - 1) < 1e-12 && abs(map.x0 - 23.5 * 0.75) < 1e-12)
  }

  @Test func changesOfPlaceAreUndoneInTheOppositeOrder() {
    var draw = AugmentationDraw()
    draw.flip = true
    draw.scale = 1.3
    draw.aspect = 0.8
    draw.shearDegrees = 12
    draw.rotationDegrees = 20
    draw.shiftX = 0.1
    draw.shiftY = -0.05
    draw.cropX = 3
    draw.cropY = 1
    let map = draw.map(cropSide: 44, outputSide: 44)
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<20 {
      // Forward, step by step: mirrored, stretched, sheared, rotated, shifted, cropped.
      let x = Double.random(in: 0...47, using: &generator)
      let y = Double.random(in: 0...47, using: &generator)
      var (u, v) = (23.5 - x, y - 23.5)
      (u, v) = (u * 1.3 * 0.8.squareRoot(), v * 1.3 / 0.8.squareRoot())
      (u, v) = (u + tan(12 * Double.pi / 180) * v, v)
      let (cosine, sine) = (cos(20 * Double.pi / 180), sin(20 * Double.pi / 180))
      (u, v) = (cosine * u - sine * v, sine * u + cosine * v)
      let column = u + 0.1 * 48 + 23.5 - 3
      let row = v - 0.05 * 48 + 23.5 - 1
      #expect(abs(map.xx * column + map.xy * row + map.x0 - x) < 1e-9)
      #expect(abs(map.yx * column + map.yy * row + map.y0 - y) < 1e-9)
    }
  }

  @Test func cropsOfWholePixelsDoNotBlur() {
    var augmentation = Augmentation(cropSide: 44, outputSide: 44)
    augmentation.flipProbability = 0
    var places: Set<Int> = []
    for index in 0..<100 {
      var generator = SeededGenerator(seed: 1, epoch: 0, index: index)
      let draw = augmentation.draw(using: &generator)
      let (x, y) = (draw.cropX!, draw.cropY!)
      places.insert(10 * y + x)
      #expect((0...4).contains(x) && (0...4).contains(y))
      if index > 10 { continue }
      let expected = (0..<44 * 44).map { Float(Self.picture[($0 / 44 + y) * 48 + $0 % 44 + x]) * (1 / 255) }
      #expect(written(augmentation, index: index) == expected)
    }
    #expect(places.count == 25)
  }

  @Test func brightnessAndContrastActOnTheGreyValues() {
    let values = Self.picture.map { Double($0) / 255 }
    let mean = values.reduce(0, +) / Double(values.count)
    var draw = AugmentationDraw()
    draw.brightness = 1.2
    draw.contrast = 0.7
    let output = applied(draw)
    for index in stride(from: 0, to: values.count, by: 53) {
      let expected = min(max(0.7 * (1.2 * values[index] - 1.2 * mean) + 1.2 * mean, 0), 1)
      #expect(abs(Double(output[index]) - expected) < 1e-5)
    }
  }

  @Test(arguments: RandomErasing.Fill.allCases)
  func erasesOneRectangle(fill: RandomErasing.Fill) {
    var augmentation = Augmentation()
    augmentation.erasing = RandomErasing(probability: 1, fill: fill)
    let plain = written(Augmentation())
    for index in 0..<30 {
      var generator = SeededGenerator(seed: 1, epoch: 0, index: index)
      let erased = augmentation.draw(using: &generator).erased!
      let output = written(augmentation, index: index)
      let area = Double(erased.width * erased.height) / 2304
      #expect(area > 0.015 && area < 0.42)
      #expect(erased.left + erased.width <= 48 && erased.top + erased.height <= 48)
      for position in 0..<2304 {
        let (row, column) = position.quotientAndRemainder(dividingBy: 48)
        let inside =
          (erased.left..<erased.left + erased.width).contains(column)
          && (erased.top..<erased.top + erased.height).contains(row)
        if !inside && output[position] != plain[position] {
          Issue.record("changed outside at \(row), \(column)")
        }
        if inside && fill == .zero && output[position] != 0 {
          Issue.record("not erased at \(row), \(column)")
        }
      }
    }
  }

  @Test func erasesAsOftenAsAsked() {
    let erasing = RandomErasing(probability: 0.3)
    var generator = SeededGenerator(seed: 2)
    let erased = (0..<5000).compactMap { _ in erasing.draw(outputSide: 48, using: &generator) }
    #expect(abs(Double(erased.count) / 5000 - 0.3) < 0.02)
  }

  @Test func survivesJSONUnchanged() throws {
    let data = try JSONEncoder().encode(Self.strong)
    #expect(try JSONDecoder().decode(Augmentation.self, from: data) == Self.strong)
  }

  @Test func senselessRangesAreNamed() {
    func field(_ change: (inout Augmentation) -> Void) -> String? {
      var augmentation = Augmentation()
      change(&augmentation)
      return (#expect(throws: AugmentationError.self) { try augmentation.validate() })?.field
    }
    #expect(field { $0.flipProbability = 1.5 } == "flipProbability")
    #expect(field { $0.shift = .nan } == "shift")
    #expect(field { $0.scale = 0...1 } == "scale")
    #expect(field { $0.aspect = 1...Double.infinity } == "aspect")
    #expect(field { $0.cropSide = 49 } == "cropSide")
    #expect(field { $0.outputSide = 0 } == "outputSide")
    #expect(field { $0.erasing = RandomErasing(area: 0...0.5) } == "erasing.area")
  }
}
