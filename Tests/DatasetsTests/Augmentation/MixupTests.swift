import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct MixupTests {
  private func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
  }

  /// Gamma(a) has mean a and variance a.
  @Test(arguments: [0.3, 0.9, 1.0, 2.5, 20.0])
  func gammaNumbersHaveTheirMoments(shape: Double) {
    var generator = SeededGenerator(seed: 3)
    let (mean, variance) = moments((0..<40_000).map { _ in exp(generator.nextLogGamma(shape)) })
    #expect(abs(mean / shape - 1) < 0.03)
    #expect(abs(variance / shape - 1) < 0.08)
  }

  /// Beta(a, b) has mean a / (a + b) and variance a b / ((a + b)^2 (a + b + 1)).
  @Test(arguments: [(0.01, 0.01), (0.2, 0.2), (1.0, 1.0), (4.0, 4.0), (2.0, 5.0)])
  func betaNumbersHaveTheirMoments(first: Double, second: Double) {
    var generator = SeededGenerator(seed: 4)
    let values = (0..<40_000).map { _ in generator.nextBeta(first, second) }
    let (mean, variance) = moments(values)
    let sum = first + second
    #expect(values.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(abs(mean - first / sum) < 0.01)
    #expect(abs(variance / (first * second / (sum * sum * (sum + 1))) - 1) < 0.03)
  }

  @Test func everyPictureIsAPartnerOnce() throws {
    var generator = SeededGenerator(seed: 5)
    let mixup = Mixup(alpha: 0.2)
    try mixup.validate()
    let draw = mixup.draw(count: 64, using: &generator)
    #expect(draw.partners.sorted() == Array(0..<64))
    #expect(draw.partners != Array(0..<64))
    #expect((0...1).contains(draw.lambda))
    #expect(mixup.draw(count: 64, using: &generator) != draw)
  }

  @Test func alphaMustBePositive() {
    for alpha in [0, -1, .nan, .infinity] {
      #expect(throws: AugmentationError.self) { try Mixup(alpha: alpha).validate() }
    }
  }
}
