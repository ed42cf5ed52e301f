import NeuralNetwork
import Testing

@Suite struct SoftmaxCrossEntropyTests {
  private static func loss(_ logits: [Float], _ targets: [Float], classes: Int) -> (Double, [Float]) {
    var gradient = [Float](repeating: 0, count: logits.count)
    let loss = logits.withUnsafeBufferPointer { logits in
      targets.withUnsafeBufferPointer { targets in
        SoftmaxCrossEntropy.loss(logits: logits, targets: targets, classCount: classes, gradient: &gradient)
      }
    }
    return (loss, gradient)
  }

  @Test func smoothedTargetsAreADistribution() {
    let target = SoftmaxCrossEntropy.target(label: 2, classCount: 7, smoothing: 0.14)
    #expect(abs(target.reduce(0, +) - 1) < 1e-6)
    #expect(abs(target[2] - 0.88) < 1e-6)
    #expect(abs(target[0] - 0.02) < 1e-6)
  }

  @Test func gradientIsTheDifferenceQuotient() {
    let logits: [Float] = [0.3, -1, 2, 5, 4.5, -3]
    let targets: [Float] = [0.1, 0.2, 0.7, 0, 0.5, 0.5]
    let (_, gradient) = Self.loss(logits, targets, classes: 3)
    for index in logits.indices {
      var (above, below) = (logits, logits)
      above[index] += 0.01
      below[index] -= 0.01
      let (high, low) = (Self.loss(above, targets, classes: 3).0, Self.loss(below, targets, classes: 3).0)
      #expect(abs((high - low) / 0.02 - Double(gradient[index])) < 1e-4)
    }
  }

  @Test func hugeLogitsGiveFiniteLosses() {
    let (loss, gradient) = Self.loss([1e30, 0, -1e30], [0, 1, 0], classes: 3)
    #expect(loss.isFinite && loss > 1e29)
    #expect(gradient == [1, -1, 0])
    #expect(Self.loss([1e30, 0], [1, 0], classes: 2).0 == 0)
  }
}
