import Foundation

extension ProbabilityTable {
  /// The share of samples whose true class is among the most probable ones, as scikit-learn's
  /// `top_k_accuracy_score`: of equal probabilities the higher class index goes first.
  ///
  /// - Parameters:
  ///   - trueLabels: A class index for each sample.
  ///   - count: How many of the most probable classes count, at least 1.
  /// - Throws: ``EvaluationError`` where labels and probabilities do not fit or there are none.
  public func topAccuracy(trueLabels: [Int], count: Int) throws(EvaluationError) -> Double {
    try check(trueLabels: trueLabels)
    guard count >= 1 else {
      throw .unacceptableSetting(
        name: "the number of top classes", value: Double(count), allowed: "1 or more")
    }
    let hits = trueLabels.indices.filter { sample in
      let row = Array(self[sample])
      let trueClass = trueLabels[sample]
      let ahead = row.indices.filter { other in
        row[other] > row[trueClass] || (row[other] == row[trueClass] && other > trueClass)
      }
      return ahead.count < count
    }
    return Double(hits.count) / Double(trueLabels.count)
  }

  /// The mean negative natural logarithm of the true class's probability, as scikit-learn's `log_loss`:
  /// probabilities are cut to ``epsilon`` from 0 and from 1.
  ///
  /// - Throws: ``EvaluationError`` where labels and probabilities do not fit or there are none.
  public func logLoss(trueLabels: [Int]) throws(EvaluationError) -> Double {
    try check(trueLabels: trueLabels)
    var sum = 0.0
    for (sample, trueClass) in trueLabels.enumerated() {
      sum -= log(min(max(values[sample * classCount + trueClass], epsilon), 1 - epsilon))
    }
    return sum / Double(trueLabels.count)
  }

  /// The mean squared distance between the probabilities and the true class's unit vector: 0 is perfect,
  /// 2 is certain and wrong everywhere. With fewer than three classes it is halved, as in scikit-learn's
  /// `brier_score_loss`.
  ///
  /// Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather
  /// Review 78 (1950).
  ///
  /// - Throws: ``EvaluationError`` where labels and probabilities do not fit or there are none.
  public func brierScore(trueLabels: [Int]) throws(EvaluationError) -> Double {
    try check(trueLabels: trueLabels)
    var sum = 0.0
    for (sample, trueClass) in trueLabels.enumerated() {
      for classIndex in 0..<classCount {
        let difference = values[sample * classCount + classIndex] - (classIndex == trueClass ? 1 : 0)
        sum += difference * difference
      }
    }
    return sum / Double(trueLabels.count) * (classCount < 3 ? 0.5 : 1)
  }
}
