import Foundation
import Testing

@testable import Evaluation

@Suite struct CalibrationTests {
  @Test func errorsAgreeWithNumPy() throws {
    let cases = try Golden.read().calibration
    #expect(cases.count == 5)
    for golden in cases {
      for (binning, expected) in [
        (CalibrationCurve.Binning.equalWidth, golden.equalWidth), (.equalMass, golden.equalMass),
      ] {
        let curve = try CalibrationCurve(
          confidences: golden.confidences, correct: golden.correct, binCount: golden.binCount,
          binning: binning)
        #expect(curve.bins.count == golden.binCount)
        #expect(curve.bins.reduce(0) { $0 + $1.count } == golden.confidences.count)
        #expect(agrees([curve.expectedCalibrationError, curve.maximumCalibrationError], expected))
      }
    }
  }

  @Test func aBoundBelongsToTheBinThatEndsThere() throws {
    for index in 1...15 {
      let curve = try CalibrationCurve(confidences: [Double(index) / 15], correct: [true])
      #expect(curve.bins.firstIndex { $0.count == 1 } == index - 1)
    }
    #expect(try CalibrationCurve(confidences: [0], correct: [false]).bins[0].count == 1)
  }

  @Test func binsOfEqualMassHoldEquallyMany() throws {
    let confidences = (0..<100).map { Double($0) / 100 }
    let curve = try CalibrationCurve(
      confidences: confidences, correct: confidences.map { $0 > 0.5 }, binCount: 15, binning: .equalMass)
    #expect(curve.bins.map(\.count) == Array(repeating: 7, count: 10) + Array(repeating: 6, count: 5))
  }

  @Test func refusesWhatCannotBeBinned() {
    #expect(throws: EvaluationError.noSamples) { try CalibrationCurve(confidences: [], correct: []) }
    #expect(throws: EvaluationError.self) { try CalibrationCurve(confidences: [.nan], correct: [true]) }
    #expect(throws: EvaluationError.self) { try CalibrationCurve(confidences: [1.2], correct: [true]) }
    #expect(throws: EvaluationError.self) { try CalibrationCurve(confidences: [0.5], correct: []) }
    #expect(throws: EvaluationError.self) {
      try CalibrationCurve(confidences: [0.5], correct: [true], binCount: 0)
    }
  }

  @Test func temperaturesAgreeWithSciPy() throws {
    let cases = try Golden.read().temperatures
    #expect(cases.count == 4)
    for golden in cases {
      let scaling = try TemperatureScaling(
        fitting: golden.logits, trueLabels: golden.trueLabels, classCount: golden.classCount)
      #expect(agrees(scaling.temperature, golden.temperature))
      #expect(agrees(scaling.logLossBefore, golden.before))
      #expect(agrees(scaling.logLossAfter, golden.after))
      #expect(!scaling.isAtLimit)
      let table = try scaling.probabilities(of: golden.logits, classCount: golden.classCount)
      #expect(agrees(Array(table[0]), golden.probabilities))
    }
  }

  @Test func aTemperatureChangesNoPredictionAndNeverRaisesTheLoss() throws {
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<20 {
      let logits = (0..<40 * 4).map { _ in Float.random(in: -20...20, using: &generator) }
      let truth = (0..<40).map { _ in Int.random(in: 0..<4, using: &generator) }
      let scaling = try TemperatureScaling(fitting: logits, trueLabels: truth, classCount: 4)
      #expect(scaling.logLossAfter <= scaling.logLossBefore)
      #expect(TemperatureScaling.range.contains(scaling.temperature))
      let before = try ProbabilityTable(logits: logits, classCount: 4)
      let after = try scaling.probabilities(of: logits, classCount: 4)
      #expect(before.predictedLabels == after.predictedLabels)
      #expect(abs(try after.logLoss(trueLabels: truth) - scaling.logLossAfter) < 1e-9)
    }
  }

  @Test func saysWhereAFitHasNoMinimum() throws {
    let separable = try TemperatureScaling(fitting: [4, 0, 0, 4], trueLabels: [0, 1], classCount: 2)
    #expect(separable.isAtLimit && separable.temperature == TemperatureScaling.range.lowerBound)
    let reversed = try TemperatureScaling(fitting: [0, 4, 4, 0], trueLabels: [0, 1], classCount: 2)
    #expect(reversed.isAtLimit && reversed.temperature == TemperatureScaling.range.upperBound)
    let constant = try TemperatureScaling(fitting: [1, 1, 2, 2], trueLabels: [0, 1], classCount: 2)
    #expect(constant.isAtLimit && constant.temperature == 1)
  }

  @Test func refusesLogitsThatDoNotFit() {
    #expect(throws: EvaluationError.noSamples) {
      try TemperatureScaling(fitting: [], trueLabels: [], classCount: 2)
    }
    #expect(throws: EvaluationError.differentCounts(what: "rows of logits", expected: 2, actual: 1)) {
      try TemperatureScaling(fitting: [0, 1], trueLabels: [0, 1], classCount: 2)
    }
    #expect(throws: EvaluationError.notFinite(what: "the logit", sample: 0, class: 1)) {
      try TemperatureScaling(fitting: [0, .infinity], trueLabels: [0], classCount: 2)
    }
  }
}
