import Foundation

extension TemperatureScaling {
  /// Finds the temperature at which the mean of several views' probabilities, each view at that temperature, has the
  /// smallest negative log likelihood. A mean is less sure than its views, so this is not the temperature of one view.
  ///
  /// The likelihood of a mean is not convex in the temperature: ``range`` is searched in steps, then around the best one
  /// (golden section; W. H. Press et al., "Numerical Recipes", section 10.2).
  ///
  /// - Parameters:
  ///   - logits: Outputs before the softmax, row-major [samples, views, classes].
  ///   - viewCount: Views of a sample, at least 1.
  ///   - trueLabels: The true class index of each sample.
  ///   - classCount: The length of a row.
  /// - Throws: ``EvaluationError`` where these do not fit together, a logit is not finite or there are none.
  public init(
    fittingViews logits: [Float], viewCount: Int, trueLabels: [Int], classCount: Int
  ) throws(EvaluationError) {
    try LogitTable.check(logits, classCount: classCount)
    guard viewCount > 0 else {
      throw .unacceptableSetting(name: "the number of views", value: Double(viewCount), allowed: "positive")
    }
    guard !trueLabels.isEmpty || !logits.isEmpty else { throw .noSamples }
    let rows = logits.count / classCount
    guard rows % viewCount == 0, rows / viewCount == trueLabels.count else {
      throw .differentCounts(
        what: "rows of logits", expected: trueLabels.count * viewCount, actual: rows)
    }
    try ConfusionMatrix.check(trueLabels, "the true label", classCount: classCount)
    let likelihood = MeanLikelihood(
      logits: logits, viewCount: viewCount, trueLabels: trueLabels, classCount: classCount)
    let found = likelihood.minimum(in: Self.range)
    let before = likelihood.value(at: 1)
    let after = likelihood.value(at: found.temperature)
    // The search may miss by its last step what temperature 1 has exactly.
    temperature = after < before ? found.temperature : 1
    isAtLimit = found.isAtLimit
    logLossBefore = before
    logLossAfter = min(before, after)
    sampleCount = trueLabels.count
  }
}

/// The mean negative log likelihood of labels by the mean of views' probabilities.
private struct MeanLikelihood {
  let logits: [Float]
  let viewCount: Int
  let trueLabels: [Int]
  let classCount: Int

  func value(at temperature: Double) -> Double {
    var total = 0.0
    var logarithms = [Double](repeating: 0, count: viewCount)
    for (sample, trueClass) in trueLabels.enumerated() {
      for view in 0..<viewCount {
        let start = (sample * viewCount + view) * classCount
        let row = logits[start..<start + classCount]
        let largest = Double(row.max() ?? 0)
        let sum = row.reduce(0) { $0 + exp((Double($1) - largest) / temperature) }
        logarithms[view] = (Double(logits[start + trueClass]) - largest) / temperature - log(sum)
      }
      // As a sum of logarithms: at a low temperature a probability itself may be 0.
      let best = logarithms.max() ?? 0
      total -= best + log(logarithms.reduce(0) { $0 + exp($1 - best) } / Double(viewCount))
    }
    return total / Double(trueLabels.count)
  }

  func minimum(in range: ClosedRange<Double>) -> (temperature: Double, isAtLimit: Bool) {
    let steps = 40
    let (first, last) = (log(range.lowerBound), log(range.upperBound))
    func point(_ step: Int) -> Double { first + (last - first) * Double(step) / Double(steps) }
    let values = (0...steps).map { value(at: exp(point($0))) }
    let best = values.indices.min { values[$0] < values[$1] } ?? 0
    if best == 0 || best == steps { return (exp(point(best)), true) }
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (point(best - 1), point(best + 1))
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atLeft, atRight) = (value(at: exp(left)), value(at: exp(right)))
    while high - low > 1e-6 {
      if atLeft <= atRight {
        (high, right, atRight) = (right, left, atLeft)
        left = high - ratio * (high - low)
        atLeft = value(at: exp(left))
      } else {
        (low, left, atLeft) = (left, right, atRight)
        right = low + ratio * (high - low)
        atRight = value(at: exp(right))
      }
    }
    return (exp((low + high) / 2), false)
  }
}
