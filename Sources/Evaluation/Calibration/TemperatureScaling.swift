import Foundation

/// One number that all logits are divided by, so that confidence matches accuracy. It changes no prediction.
///
///     let scaling = try TemperatureScaling(fitting: validationLogits, trueLabels: truth, classCount: 7)
///     let calibrated = try scaling.probabilities(of: testLogits, classCount: 7)
///
/// Source: C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, section 4.2, equation 9.
/// Fit it on samples that were used neither for training nor for the figures that are reported.
///
/// JSON keys: `temperature`, `logLossBefore`, `logLossAfter`, `sampleCount`, `isAtLimit`.
public struct TemperatureScaling: Sendable, Equatable, Codable {
  /// Temperatures that a fit may end with.
  public static let range = 0.01...100.0

  /// What logits are divided by: above 1 for an overconfident network.
  public let temperature: Double
  /// Mean negative log likelihood at temperature 1, in nats.
  public let logLossBefore: Double
  /// Mean negative log likelihood at ``temperature``, in nats; never above ``logLossBefore``.
  public let logLossAfter: Double
  /// How many samples it was fitted on.
  public let sampleCount: Int
  /// Whether the fit ended at an end of ``range``: every sample is right (the colder the better) or the
  /// logits say nothing (the hotter the better). Such a temperature means little.
  public let isAtLimit: Bool

  /// Finds the temperature of the smallest negative log likelihood.
  ///
  /// In the inverse temperature the likelihood is convex (a sum of log-sum-exp of linear functions), so
  /// Newton's method, kept between two ends of differing slope, finds the one minimum.
  ///
  /// - Parameters:
  ///   - logits: Outputs before the softmax, row-major [samples, classes].
  ///   - trueLabels: The true class index of each sample.
  ///   - classCount: The length of a row.
  /// - Throws: ``EvaluationError`` where these do not fit together, a logit is not finite or there are none.
  public init(fitting logits: [Float], trueLabels: [Int], classCount: Int) throws(EvaluationError) {
    try LogitTable.check(logits, classCount: classCount)
    guard !trueLabels.isEmpty || !logits.isEmpty else { throw .noSamples }
    guard logits.count / classCount == trueLabels.count else {
      throw .differentCounts(
        what: "rows of logits", expected: trueLabels.count, actual: logits.count / classCount)
    }
    try ConfusionMatrix.check(trueLabels, "the true label", classCount: classCount)
    let likelihood = Likelihood(logits: logits, trueLabels: trueLabels, classCount: classCount)
    let minimum = likelihood.minimum(between: 1 / Self.range.upperBound, and: 1 / Self.range.lowerBound)
    temperature = 1 / minimum.inverseTemperature
    isAtLimit = minimum.isAtLimit
    logLossBefore = likelihood.evaluate(at: 1).value
    logLossAfter = likelihood.evaluate(at: minimum.inverseTemperature).value
    sampleCount = trueLabels.count
  }

  /// Probabilities of other samples at this temperature.
  ///
  /// - Parameters:
  ///   - logits: Outputs before the softmax, row-major [samples, classes].
  ///   - classCount: The length of a row.
  /// - Throws: ``EvaluationError`` unless there are whole rows of finite numbers.
  public func probabilities(of logits: [Float], classCount: Int) throws(EvaluationError) -> ProbabilityTable {
    try ProbabilityTable(logits: logits, classCount: classCount, temperature: temperature)
  }
}

/// The mean negative log likelihood of labels as a function of the inverse temperature.
private struct Likelihood {
  let logits: [Float]
  let trueLabels: [Int]
  let classCount: Int

  /// Value, slope and curvature at an inverse temperature. With p the softmax of the scaled logits z the
  /// slope of one sample is E_p[z] - z_true and the curvature Var_p[z].
  func evaluate(at inverseTemperature: Double) -> (value: Double, slope: Double, curvature: Double) {
    var value = 0.0
    var slope = 0.0
    var curvature = 0.0
    for (sample, trueClass) in trueLabels.enumerated() {
      let start = sample * classCount
      var largest = -Double.infinity
      for index in start..<start + classCount { largest = max(largest, Double(logits[index])) }
      var sum = 0.0
      var first = 0.0
      var second = 0.0
      for index in start..<start + classCount {
        // Relative to the largest logit, which changes neither slope nor curvature.
        let logit = Double(logits[index]) - largest
        let weight = exp(logit * inverseTemperature)
        sum += weight
        first += weight * logit
        second += weight * logit * logit
      }
      let mean = first / sum
      let trueLogit = Double(logits[start + trueClass]) - largest
      value += log(sum) - trueLogit * inverseTemperature
      slope += mean - trueLogit
      curvature += max(second / sum - mean * mean, 0)
    }
    let count = Double(trueLabels.count)
    return (value / count, slope / count, curvature / count)
  }

  func minimum(between lowest: Double, and highest: Double) -> (inverseTemperature: Double, isAtLimit: Bool) {
    let lowestSlope = evaluate(at: lowest).slope
    let highestSlope = evaluate(at: highest).slope
    // Logits that are equal within every sample: every temperature is as good.
    if lowestSlope == 0, highestSlope == 0, evaluate(at: 1).curvature == 0 { return (1, true) }
    if lowestSlope >= 0 { return (lowest, true) }
    if highestSlope <= 0 { return (highest, true) }
    var low = lowest
    var high = highest
    var point = 1.0
    for _ in 0..<200 {
      let (_, slope, curvature) = evaluate(at: point)
      if slope == 0 { break }
      if slope < 0 { low = point } else { high = point }
      var next = curvature > 0 ? point - slope / curvature : -1
      // Where Newton's step leaves the bracket: halve it, in proportion, as it spans orders of magnitude.
      if !(next > low && next < high) { next = (low * high).squareRoot() }
      if abs(next - point) <= 1e-15 * point { break }
      point = next
    }
    return (point, false)
  }
}
