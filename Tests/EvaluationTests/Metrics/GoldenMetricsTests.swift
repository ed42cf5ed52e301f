import Testing

@testable import Evaluation

/// Agreement with scikit-learn and SciPy.
@Suite struct GoldenMetricsTests {
  @Test func scoresAgreeWithScikitLearn() throws {
    let cases = try Golden.read().metrics
    #expect(cases.count == 12)
    for golden in cases {
      let table = try golden.probabilities.map { try ProbabilityTable($0, classCount: golden.labels.count) }
      let metrics = try ClassificationMetrics(
        trueLabels: golden.trueLabels, predictedLabels: golden.predictedLabels, labels: golden.labels,
        probabilities: table)
      let name = Comment(rawValue: golden.name)
      #expect(agrees(metrics.accuracy, golden.accuracy), name)
      #expect(metrics.confusionMatrix.counts == golden.confusionMatrix, name)
      #expect(metrics.confusionMatrix.supports == golden.support, name)
      #expect(agrees(metrics.weightedF1, golden.weightedF1), name)
      #expect(agrees(metrics.macroF1, golden.macro[2]), name)
      #expect(agrees(metrics.balancedAccuracy, golden.balancedAccuracy), name)
      #expect(agrees(metrics.cohenKappa, golden.cohenKappa), name)
      #expect(agrees(metrics.topTwoAccuracy, golden.topTwoAccuracy), name)
      #expect(agrees(metrics.logLoss, golden.logLoss), name)
      #expect(agrees(metrics.brierScore, golden.brierScore), name)
      let report = metrics.report
      #expect(agrees(report.classes.map(\.precision), golden.precision), name)
      #expect(agrees(report.classes.map(\.recall), golden.recall), name)
      #expect(agrees(report.classes.map(\.f1), golden.f1), name)
      for (average, expected) in [
        (report.macroAverage, golden.macro), (report.weightedAverage, golden.weighted),
      ] {
        #expect(agrees([average.precision, average.recall, average.f1], expected), name)
      }
      #expect(report.plainText() == golden.reportTwoDigits, name)
      #expect(report.plainText(digits: 4) == golden.reportFourDigits, name)
    }
  }

  @Test func intervalsAgreeWithSciPy() throws {
    let cases = try Golden.read().wilson
    #expect(cases.count == 7)
    for golden in cases {
      let interval = ConfidenceInterval(wilsonOf: golden.successes, outOf: golden.trials)
      #expect(agrees([interval.lower, interval.upper], [golden.lower, golden.upper]))
    }
  }
}
