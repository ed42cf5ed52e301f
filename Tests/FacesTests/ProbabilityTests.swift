import Testing

@testable import Faces

@Suite struct ProbabilityTests {
  private static let overflowing: [[Float]] = [
    [.infinity, 0, 0, 0, 0, 0, 0], [.nan, 0, 0, 0, 0, 0, 0],
    [Float](repeating: -.infinity, count: 7),
    // Finite, and no more so where it is divided by the temperature.
    [.greatestFiniteMagnitude, 1, 2, 3, 4, 5, 6],
  ]

  @Test(arguments: overflowing)
  func logitsThatOverflowSayNothing(logits: [Float]) {
    let probabilities = VGG19EmotionClassifier.probabilities(of: logits, temperature: 0.05)
    #expect(probabilities == [Float](repeating: 1.0 / 7, count: 7))
    #expect(probabilities.allSatisfy { $0 < FaceTracker.Settings().uncertainBelow })
  }

  @Test func othersAreTheirSoftmax() {
    let logits: [Float] = [2, 0, 0, 0, 0, 0, -200]
    let probabilities = VGG19EmotionClassifier.probabilities(of: logits, temperature: 2)
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-6)
    #expect(abs(probabilities[0] / probabilities[1] - 2.718_282) < 1e-4)
    #expect(probabilities[6] >= 0 && probabilities[6] < 1e-30)
  }
}
