import Foundation
import Testing

@testable import Evaluation

@Suite struct ClassificationMetricsTests {
  @Test func theOrderOfSamplesDoesNotMatter() throws {
    var generator = SeededGenerator(seed: 3)
    let pairs = (0..<200).map { _ in
      (Int.random(in: 0..<5, using: &generator), Int.random(in: 0..<5, using: &generator))
    }
    let labels = ["a", "b", "c", "d", "e"]
    func metrics(_ pairs: [(Int, Int)]) throws -> ClassificationMetrics {
      try ClassificationMetrics(
        trueLabels: pairs.map(\.0), predictedLabels: pairs.map(\.1), labels: labels)
    }
    #expect(try metrics(pairs) == metrics(pairs.shuffled(using: &generator)))
  }

  @Test func scoresStayInTheirRanges() throws {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<50 {
      let classCount = Int.random(in: 1...6, using: &generator)
      let count = Int.random(in: 1...40, using: &generator)
      let truth = (0..<count).map { _ in Int.random(in: 0..<classCount, using: &generator) }
      let logits = (0..<count * classCount).map { _ in Float.random(in: -9...9, using: &generator) }
      let metrics = try ClassificationMetrics(
        trueLabels: truth, probabilities: ProbabilityTable(logits: logits, classCount: classCount),
        labels: (0..<classCount).map(String.init))
      let shares = [metrics.accuracy, metrics.weightedF1, metrics.macroF1, metrics.balancedAccuracy]
      #expect(shares.allSatisfy { (0...1).contains($0) })
      let interval = metrics.accuracyInterval
      #expect(interval.lower <= metrics.accuracy && metrics.accuracy <= interval.upper)
      #expect(try #require(metrics.topTwoAccuracy) >= metrics.accuracy)
      #expect((0...2).contains(try #require(metrics.brierScore)))
      #expect(try #require(metrics.logLoss) >= 0)
      #expect(metrics.confusionMatrix.supports.reduce(0, +) == count)
      #expect(metrics.confusionMatrix.predictedCounts.reduce(0, +) == count)
    }
  }

  @Test func survivesJSON() throws {
    let metrics = try ClassificationMetrics(
      trueLabels: [0, 1, 1], predictedLabels: [0, 1, 0], labels: ["no", "yes"],
      probabilities: ProbabilityTable([0.9, 0.1, 0.2, 0.8, 0.6, 0.4], classCount: 2))
    let json = try JSONEncoder().encode(metrics)
    #expect(try JSONDecoder().decode(ClassificationMetrics.self, from: json) == metrics)
    let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "accuracy", "accuracyInterval", "balancedAccuracy", "brierScore", "cohenKappa", "confusionMatrix",
        "labels", "logLoss", "macroF1", "report", "sampleCount", "topTwoAccuracy", "weightedF1",
      ])
    #expect(object["confusionMatrix"] as? [[Int]] == [[1, 0], [1, 1]])
  }

  @Test(arguments: ["[[1,2]]", "[]", "[[1,-2],[0,0]]", "[[9223372036854775807,1],[1,1]]", "{}", "[[1.5]]"])
  func refusesMatricesThatAreNone(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ConfusionMatrix.self, from: Data(json.utf8))
    }
  }

  @Test func namesWhatDoesNotFit() throws {
    let labels = ["a", "b"]
    #expect(throws: EvaluationError.noSamples) {
      try ClassificationMetrics(trueLabels: [], predictedLabels: [], labels: labels)
    }
    #expect(throws: EvaluationError.differentCounts(what: "predicted labels", expected: 2, actual: 1)) {
      try ClassificationMetrics(trueLabels: [0, 1], predictedLabels: [0], labels: labels)
    }
    #expect(
      throws: EvaluationError.labelOutOfRange(what: "the true label", sample: 1, value: -1, classCount: 2)
    ) { try ClassificationMetrics(trueLabels: [0, -1], predictedLabels: [0, 0], labels: labels) }
    #expect(
      throws: EvaluationError.labelOutOfRange(what: "the predicted label", sample: 0, value: 2, classCount: 2)
    ) { try ClassificationMetrics(trueLabels: [0], predictedLabels: [2], labels: labels) }
    #expect(throws: EvaluationError.unacceptableClassCount(0)) {
      try ClassificationMetrics(trueLabels: [0], predictedLabels: [0], labels: [])
    }
    #expect(throws: EvaluationError.differentCounts(what: "probabilities a sample", expected: 2, actual: 3)) {
      try ClassificationMetrics(
        trueLabels: [0], predictedLabels: [0], labels: labels,
        probabilities: ProbabilityTable([1.0, 0, 0], classCount: 3))
    }
    #expect(throws: EvaluationError.differentCounts(what: "rows of probabilities", expected: 2, actual: 1)) {
      try ClassificationMetrics(
        trueLabels: [0, 1], predictedLabels: [0, 1], labels: labels,
        probabilities: ProbabilityTable([1.0, 0], classCount: 2))
    }
  }
}
