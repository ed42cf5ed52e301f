import Foundation
import Testing

@testable import Evaluation

/// The temperature of several views, whose probabilities are averaged.
@Suite struct ViewTemperatureTests {
  private static let classCount = 4
  private static let labels = (0..<60).map { $0 % classCount }

  /// Hesitant views, the true class the likeliest more often than not.
  private static func logits(views: Int, seed: UInt64 = 1) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    var logits: [Float] = []
    for label in labels {
      for place in 0..<views * classCount {
        let bonus: Float = place % classCount == label ? 2 : 0
        logits.append(Float.random(in: -4...4, using: &generator) + bonus)
      }
    }
    return logits
  }

  private static func fit(_ logits: [Float], views: Int) throws -> TemperatureScaling {
    try TemperatureScaling(
      fittingViews: logits, viewCount: views, trueLabels: labels, classCount: classCount)
  }

  /// The mean of -log p of the true classes, by its definition.
  private static func loss(_ logits: [Float], views: Int, at temperature: Double) -> Double {
    var total = 0.0
    for (sample, label) in labels.enumerated() {
      var sum = 0.0
      for view in 0..<views {
        let start = (sample * views + view) * classCount
        let powers = logits[start..<start + classCount].map { exp(Double($0) / temperature) }
        sum += powers[label] / powers.reduce(0, +)
      }
      total -= log(sum / Double(views))
    }
    return total / Double(labels.count)
  }

  @Test(arguments: [2, 3], [1, 2, 3] as [UInt64])
  func noNeighbourFitsBetter(views: Int, seed: UInt64) throws {
    let logits = Self.logits(views: views, seed: seed)
    let scaling = try Self.fit(logits, views: views)
    #expect(!scaling.isAtLimit)
    #expect(scaling.sampleCount == Self.labels.count)
    let loss = Self.loss(logits, views: views, at: scaling.temperature)
    #expect(abs(loss - scaling.logLossAfter) < 1e-9)
    #expect(abs(Self.loss(logits, views: views, at: 1) - scaling.logLossBefore) < 1e-9)
    for factor in [0.5, 0.98, 1.02, 2] {
      #expect(loss <= Self.loss(logits, views: views, at: scaling.temperature * factor))
    }
  }

  @Test func oneViewHasTheTemperatureOfTheSoftmax() throws {
    let logits = Self.logits(views: 1)
    let plain = try TemperatureScaling(
      fitting: logits, trueLabels: Self.labels, classCount: Self.classCount)
    #expect(!plain.isAtLimit)
    #expect(abs(try Self.fit(logits, views: 1).temperature - plain.temperature) < 1e-4)
    // So have equal views.
    let copies: [Float] = Self.labels.indices.flatMap { sample in
      (0..<3).flatMap { _ in Array(logits[sample * Self.classCount..<(sample + 1) * Self.classCount]) }
    }
    #expect(abs(try Self.fit(copies, views: 3).temperature - plain.temperature) < 1e-3)
  }

  /// The mean of views that differ is less sure than they are.
  @Test func severalViewsNeedALowerTemperatureThanEachAlone() throws {
    let logits = Self.logits(views: 3)
    let alone = try TemperatureScaling(
      fitting: logits, trueLabels: Self.labels.flatMap { [$0, $0, $0] }, classCount: Self.classCount)
    #expect(try Self.fit(logits, views: 3).temperature < alone.temperature)
  }

  @Test func saysWhereAFitHasNoMinimum() throws {
    // Two views of a sample of each class.
    let logits: [Float] = [4, 0, 3, 0, 0, 4, 0, 3]
    let range = TemperatureScaling.range
    let separable = try TemperatureScaling(
      fittingViews: logits, viewCount: 2, trueLabels: [0, 1], classCount: 2)
    #expect(separable.isAtLimit && abs(separable.temperature - range.lowerBound) < 1e-9)
    #expect(separable.logLossAfter <= separable.logLossBefore)
    let reversed = try TemperatureScaling(
      fittingViews: logits, viewCount: 2, trueLabels: [1, 0], classCount: 2)
    #expect(reversed.isAtLimit && abs(reversed.temperature - range.upperBound) < 1e-9)
    #expect(reversed.logLossAfter < reversed.logLossBefore)
  }

  @Test func refusesViewsThatDoNotFit() {
    func fit(_ logits: [Float], views: Int, _ labels: [Int]) throws -> TemperatureScaling {
      try TemperatureScaling(fittingViews: logits, viewCount: views, trueLabels: labels, classCount: 2)
    }
    #expect(throws: EvaluationError.noSamples) { try fit([], views: 2, []) }
    #expect(
      throws: EvaluationError.unacceptableSetting(
        name: "the number of views", value: 0, allowed: "positive")
    ) { try fit([0, 1], views: 0, [0]) }
    #expect(throws: EvaluationError.differentCounts(what: "rows of logits", expected: 4, actual: 3)) {
      try fit([0, 1, 0, 1, 0, 1], views: 2, [0, 1])
    }
    #expect(throws: EvaluationError.notFinite(what: "the logit", sample: 1, class: 0)) {
      try fit([0, 1, .nan, 1], views: 2, [0])
    }
    #expect(throws: EvaluationError.self) { try fit([0, 1, 0, 1], views: 2, [2]) }
  }
}
