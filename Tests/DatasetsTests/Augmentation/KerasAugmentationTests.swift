import Tensors
import Testing

@testable import Datasets

private struct GoldenCase: Decodable {
  let version: KerasAugmentation.Version
  let theta: Double
  let tx: Double
  let ty: Double
  let shear: Double
  let zx: Double
  let zy: Double
  let flip: Bool
  let sum: Double
  let values: [Double]
}

private struct Golden: Decodable {
  let stride: Int
  let cases: [GoldenCase]
}

@Suite struct KerasAugmentationTests {
  private func applied(_ transform: KerasTransform, _ augmentation: KerasAugmentation) -> [Float] {
    [Float](unsafeUninitializedCapacity: FacePictures.pixelsPerPicture) { buffer, count in
      augmentation.apply(transform, to: TestData.formulaPicture, into: buffer.baseAddress!)
      count = FacePictures.pixelsPerPicture
    }
  }

  @Test func transformsAsKeras() throws {
    let golden = try TestData.golden("augmentation.json", as: Golden.self)
    #expect(golden.cases.count == 28)
    for expected in golden.cases {
      let transform = KerasTransform(
        theta: expected.theta, tx: expected.tx, ty: expected.ty, shear: expected.shear, zx: expected.zx,
        zy: expected.zy, flip: expected.flip)
      let output = applied(transform, KerasAugmentation(version: expected.version))
      let values = stride(from: 0, to: output.count, by: golden.stride).map { Double(output[$0]) }
      let worst = zip(values, expected.values).map { abs($0 - $1) }.max()!
      #expect(values.count == expected.values.count)
      #expect(worst < 1e-5, "\(expected.version) \(transform)")
      #expect(abs(output.reduce(0) { $0 + Double($1) } - expected.sum) < 1e-2)
    }
  }

  @Test func drawsWithinTheRangesAndEvenly() {
    var generator = SeededGenerator(seed: 1)
    let count = 20_000
    let drawn = (0..<count).map { _ in KerasAugmentation.notebook.transform(using: &generator) }
    func check(_ value: (KerasTransform) -> Double, _ range: ClosedRange<Double>) {
      let values = drawn.map(value)
      let width = range.upperBound - range.lowerBound
      let middle = (range.upperBound + range.lowerBound) / 2
      let mean = values.reduce(0, +) / Double(count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
      #expect(values.allSatisfy(range.contains))
      #expect(abs(mean - middle) < 0.01 * width)
      #expect(abs(variance / (width * width / 12) - 1) < 0.03)
    }
    check(\.theta, -15...15)
    check(\.tx, -7.2...7.2)
    check(\.ty, -7.2...7.2)
    check(\.shear, -0.15...0.15)
    check(\.zx, 0.85...1.15)
    check(\.zy, 0.85...1.15)
    let flips = drawn.count { $0.flip }
    #expect(abs(Double(flips) / Double(count) - 0.5) < 0.02)
    // Both zooms are drawn on their own.
    let covariance = drawn.reduce(0) { $0 + ($1.zx - 1) * ($1.zy - 1) } / Double(count)
    #expect(abs(covariance) < 0.0003)
  }

  @Test func withoutRangesOnlyTheRescalingIsLeft() {
    var output = [Float](repeating: 0, count: FacePictures.pixelsPerPicture)
    KerasAugmentation().write(TestData.formulaPicture, seed: 1, epoch: 2, index: 3, into: &output)
    #expect(output == TestData.formulaPicture.map { Float($0) * (1 / 255) })
  }

  @Test func senselessRangesAreNamed() {
    #expect(throws: Never.self) { try KerasAugmentation.notebook.validate() }
    let error = #expect(throws: AugmentationError.self) { try KerasAugmentation(zoomRange: 1).validate() }
    #expect(error?.field == "zoomRange")
    #expect(throws: AugmentationError.self) { try KerasAugmentation(rotationRange: .nan).validate() }
  }
}
