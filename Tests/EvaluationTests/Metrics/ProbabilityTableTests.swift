import Foundation
import Testing

@testable import Evaluation

@Suite struct ProbabilityTableTests {
  @Test func refusesWhatIsNoProbability() {
    #expect(throws: EvaluationError.differentCounts(what: "probabilities", expected: 4, actual: 3)) {
      try ProbabilityTable([0.5, 0.5, 1.0], classCount: 2)
    }
    #expect(throws: EvaluationError.notAProbability(sample: 1, class: 0, value: -0.5)) {
      try ProbabilityTable([0.5, 0.5, -0.5, 1.5], classCount: 2)
    }
    #expect(throws: EvaluationError.self) { try ProbabilityTable([Float.nan, 1], classCount: 2) }
    #expect(throws: EvaluationError.self) { try ProbabilityTable([Float.infinity, 0], classCount: 2) }
    #expect(throws: EvaluationError.probabilitiesDoNotSumToOne(sample: 0, sum: 0.75)) {
      try ProbabilityTable([0.5, 0.25], classCount: 2)
    }
    #expect(throws: EvaluationError.notFinite(what: "the logit", sample: 1, class: 1)) {
      try ProbabilityTable(logits: [0, 1, 2, .nan], classCount: 2)
    }
  }

  @Test func theSoftmaxOfHugeLogitsIsFinite() throws {
    let table = try ProbabilityTable(logits: [3e38, -3e38, 0, 0], classCount: 2)
    #expect(table.values == [1, 0, 0.5, 0.5])
  }

  @Test func theFirstOfEqualsIsPredictedAndTheLastRanksFirst() throws {
    // As NumPy's argmax and scikit-learn's top-k accuracy have it.
    let table = try ProbabilityTable([0.4, 0.4, 0.2], classCount: 3)
    #expect(table.predictedLabels == [0])
    #expect(try table.topAccuracy(trueLabels: [0], count: 1) == 0)
    #expect(try table.topAccuracy(trueLabels: [1], count: 1) == 1)
    #expect(try table.topAccuracy(trueLabels: [0], count: 2) == 1)
    #expect(try table.topAccuracy(trueLabels: [2], count: 3) == 1)
    #expect(throws: EvaluationError.self) { try table.topAccuracy(trueLabels: [0], count: 0) }
  }

  @Test func theLogLossIsCutAtThePrecisionOfTheNumbers() throws {
    let single = try ProbabilityTable([Float(1), 0], classCount: 2)
    #expect(abs(try single.logLoss(trueLabels: [1]) + log(Double(Float.ulpOfOne))) < 1e-12)
    let double = try ProbabilityTable([1.0, 0], classCount: 2)
    #expect(abs(try double.logLoss(trueLabels: [1]) + log(Double.ulpOfOne)) < 1e-12)
  }
}
