import Foundation

/// A probability for each class of each sample, row-major [samples, classes], each row summing to 1.
public struct ProbabilityTable: Sendable, Equatable {
  /// How far a row's sum may be from 1: single precision sums of hundreds of classes stay well within.
  public static let sumTolerance = 1e-3

  /// Row-major [samples, classes].
  public let values: [Double]
  /// The length of a row.
  public let classCount: Int
  /// The machine epsilon of the type that the probabilities were computed in. The log loss cuts
  /// probabilities to `epsilon...(1 - epsilon)`, as scikit-learn does for an array of that type.
  public let epsilon: Double

  /// Probabilities that were computed in double precision.
  ///
  /// - Parameter values: Row-major [samples, classes].
  /// - Throws: ``EvaluationError`` unless there are whole rows of numbers in 0...1 that sum to 1.
  public init(_ values: [Double], classCount: Int) throws(EvaluationError) {
    try self.init(checking: values, classCount: classCount, epsilon: Double.ulpOfOne)
  }

  /// Probabilities that were computed in single precision, as a network's are.
  ///
  /// - Parameter values: Row-major [samples, classes].
  /// - Throws: ``EvaluationError`` unless there are whole rows of numbers in 0...1 that sum to 1.
  public init(_ values: [Float], classCount: Int) throws(EvaluationError) {
    try self.init(checking: values.map(Double.init), classCount: classCount, epsilon: Double(Float.ulpOfOne))
  }

  private init(checking values: [Double], classCount: Int, epsilon: Double) throws(EvaluationError) {
    try ConfusionMatrix.check(classCount: classCount)
    guard values.count % classCount == 0 else {
      let rows = values.count / classCount + 1
      throw .differentCounts(what: "probabilities", expected: rows * classCount, actual: values.count)
    }
    for sample in 0..<values.count / classCount {
      var sum = 0.0
      for classIndex in 0..<classCount {
        let value = values[sample * classCount + classIndex]
        // A softmax in single precision may end a last bit above 1.
        guard value >= 0, value <= 1 + 1e-6 else {
          throw .notAProbability(sample: sample, class: classIndex, value: value)
        }
        sum += value
      }
      guard abs(sum - 1) <= Self.sumTolerance else {
        throw .probabilitiesDoNotSumToOne(sample: sample, sum: sum)
      }
    }
    self.values = values
    self.classCount = classCount
    self.epsilon = epsilon
  }

  /// The softmax of logits divided by a temperature, computed in double precision.
  ///
  /// - Parameters:
  ///   - logits: A network's outputs before the softmax, row-major [samples, classes].
  ///   - classCount: The length of a row.
  ///   - temperature: Above 1 softens, below 1 sharpens; see ``TemperatureScaling``.
  /// - Throws: ``EvaluationError`` unless there are whole rows of finite numbers and the temperature is
  ///   positive.
  public init(logits: [Float], classCount: Int, temperature: Double = 1) throws(EvaluationError) {
    try LogitTable.check(logits, classCount: classCount)
    guard temperature > 0, temperature.isFinite else {
      throw .unacceptableSetting(name: "the temperature", value: temperature, allowed: "positive")
    }
    var values = [Double](repeating: 0, count: logits.count)
    for start in stride(from: 0, to: logits.count, by: classCount) {
      var largest = -Double.infinity
      for index in start..<start + classCount { largest = max(largest, Double(logits[index])) }
      var sum = 0.0
      for index in start..<start + classCount {
        values[index] = exp((Double(logits[index]) - largest) / temperature)
        sum += values[index]
      }
      for index in start..<start + classCount { values[index] /= sum }
    }
    self.values = values
    self.classCount = classCount
    epsilon = Double.ulpOfOne
  }

  /// The number of rows.
  public var sampleCount: Int { values.count / classCount }

  /// One sample's probabilities.
  public subscript(sample: Int) -> ArraySlice<Double> {
    values[sample * classCount..<(sample + 1) * classCount]
  }

  /// The most probable class of each sample; the first of equals.
  public var predictedLabels: [Int] {
    (0..<sampleCount).map { sample in
      var best = 0
      for classIndex in 1..<max(classCount, 1)
      where values[sample * classCount + classIndex] > values[sample * classCount + best] {
        best = classIndex
      }
      return best
    }
  }

  /// The largest probability of each sample.
  public var confidences: [Double] {
    (0..<sampleCount).map { self[$0].max() ?? 0 }
  }

  /// Checks that there is a true label in range for each sample, and at least one sample.
  func check(trueLabels: [Int]) throws(EvaluationError) {
    guard sampleCount > 0 || !trueLabels.isEmpty else { throw .noSamples }
    guard trueLabels.count == sampleCount else {
      throw .differentCounts(what: "rows of probabilities", expected: trueLabels.count, actual: sampleCount)
    }
    try ConfusionMatrix.check(trueLabels, "the true label", classCount: classCount)
  }
}
