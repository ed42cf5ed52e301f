import Foundation
import Testing

@testable import Imaging

private struct GoldenCase: Decodable {
  let width: Int
  let height: Int
  let outputWidth: Int
  let outputHeight: Int
  let sum: Double
  let stride: Int
  let values: [Double]
}

@Suite struct ResampleTests {
  private static func picture(width: Int, height: Int) throws -> Picture {
    var picture = try Picture(uninitializedWidth: width, height: height, subsampling: .grey)
    let stride = picture.planes[0].bytesPerLine
    picture.withMutableBytes { bytes in
      for y in 0..<height {
        for x in 0..<width { bytes[y * stride + x] = UInt8((11 * x + 7 * y + 3 * ((x * y) % 13)) % 256) }
      }
    }
    return picture
  }

  private static func resampled(
    _ picture: Picture, _ region: PictureRegion, width: Int, height: Int
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: width * height) { buffer, count in
      picture.resampleLuma(region, width: width, height: height, scale: 1, into: buffer.baseAddress!)
      count = width * height
    }
  }

  @Test func agreesWithPyTorchsAntialiasedInterpolation() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/resample.json")
    let cases = try JSONDecoder().decode([GoldenCase].self, from: Data(contentsOf: path))
    #expect(cases.count == 5)
    for golden in cases {
      let picture = try Self.picture(width: golden.width, height: golden.height)
      let region = PictureRegion(x: 0, y: 0, width: Double(golden.width), height: Double(golden.height))
      let ours = Self.resampled(picture, region, width: golden.outputWidth, height: golden.outputHeight)
      // PyTorch leaves samples beyond the edge out and we repeat the edge: the outermost samples differ.
      for (step, expected) in golden.values.enumerated() {
        let index = step * golden.stride
        let (x, y) = (index % golden.outputWidth, index / golden.outputWidth)
        guard x > 0, y > 0, x < golden.outputWidth - 1, y < golden.outputHeight - 1 else { continue }
        #expect(abs(Double(ours[index]) - expected) < 0.01, "\(golden.width)x\(golden.height) at \(x),\(y)")
      }
      let sum = ours.reduce(0) { $0 + Double($1) }
      #expect(abs(sum - golden.sum) < golden.sum * 0.01)
    }
  }

  @Test func theSameSizePassesUnchanged() throws {
    let picture = try Self.picture(width: 48, height: 48)
    let ours = Self.resampled(
      picture, PictureRegion(x: 0, y: 0, width: 48, height: 48), width: 48, height: 48)
    for y in 0..<48 {
      for x in 0..<48 { #expect(ours[y * 48 + x] == Float(picture.luma(x: x, y: y))) }
    }
  }

  /// The weights of the samples that one output sample is made of, by the filter's definition.
  private static func weights(
    start: Double, length: Double, count: Int, index: Int
  ) -> [(sample: Int, weight: Double)] {
    let scale = length / Double(count)
    let support = max(scale, 1)
    let centre = start + (Double(index) + 0.5) * scale
    let samples = Int((centre - support).rounded(.down)) - 1...Int((centre + support).rounded(.up)) + 1
    let weights = samples.map { max(0, 1 - abs((Double($0) + 0.5 - centre) / support)) }
    let sum = weights.reduce(0, +)
    return zip(samples, weights).map { ($0, $1 / sum) }
  }

  @Test(arguments: [
    PictureRegion(x: 10.3, y: 5.7, width: 61.5, height: 40.25),
    PictureRegion(x: 31, y: 22, width: 9.5, height: 7),
    PictureRegion(x: -12.5, y: -30, width: 80, height: 70),
    PictureRegion(x: 70, y: 40.5, width: 90.5, height: 33),
    PictureRegion(x: -40, y: -40, width: 200, height: 200),
  ])
  func everySampleIsAWeightedSum(region: PictureRegion) throws {
    let picture = try Self.picture(width: 100, height: 60)
    let (width, height) = (24, 16)
    let ours = Self.resampled(picture, region, width: width, height: height)
    for y in 0..<height {
      let rows = Self.weights(start: region.y, length: region.height, count: height, index: y)
      for x in 0..<width {
        let columns = Self.weights(start: region.x, length: region.width, count: width, index: x)
        var expected = 0.0
        for row in rows {
          for column in columns {
            let sample = picture.luma(x: min(max(column.sample, 0), 99), y: min(max(row.sample, 0), 59))
            expected += row.weight * column.weight * Double(sample)
          }
        }
        #expect(abs(Double(ours[y * width + x]) - expected) < 0.01, "at \(x),\(y)")
      }
    }
  }

  @Test(arguments: [
    PictureRegion(x: -500, y: -500, width: 100, height: 100),
    PictureRegion(x: 90, y: 10, width: 400, height: 3),
    PictureRegion(x: 0.25, y: 0.75, width: 0.5, height: 0.5),
    PictureRegion(x: -20_000, y: -20_000, width: 32_768, height: 32_768),
  ])
  func regionsBeyondThePictureRepeatItsEdge(region: PictureRegion) throws {
    let flat = try Picture(width: 100, height: 60, subsampling: .yuv420, luma: 77)
    for value in Self.resampled(flat, region, width: 48, height: 48) { #expect(abs(value - 77) < 0.01) }
  }

  @Test func aGreyCopyAveragesAndKeepsProportions() throws {
    let picture = try Self.picture(width: 640, height: 360)
    let copy = try picture.greyCopy(maximumWidth: 320)
    #expect((copy.width, copy.height) == (320, 180))
    let average = (0..<4).map { Int(picture.luma(x: 100 + $0 % 2, y: 50 + $0 / 2)) }.reduce(2, +) / 4
    #expect(abs(Int(copy.luma(x: 50, y: 25)) - average) <= 1)
    let small = try Self.picture(width: 31, height: 17).greyCopy(maximumWidth: 320)
    #expect((small.width, small.height) == (31, 17))
  }
}
