/// Why predictions cannot be judged: they contradict themselves or the labels.
public enum EvaluationError: Error, Equatable, Sendable {
  /// Nothing to judge.
  case noSamples
  /// Fewer than one class, or more than ``ConfusionMatrix/maximumClassCount``.
  case unacceptableClassCount(Int)
  /// Two lists that belong together have different lengths.
  case differentCounts(what: String, expected: Int, actual: Int)
  /// A class index that no class has: which list, which sample, the value.
  case labelOutOfRange(what: String, sample: Int, value: Int, classCount: Int)
  /// A confusion matrix whose rows are not as many and as long as there are classes.
  case notSquare(row: Int, expected: Int, actual: Int)
  /// A negative count, or counts whose sum does not fit.
  case unacceptableCount(trueClass: Int, predictedClass: Int, value: Int)
  /// A value that is no probability: not finite, below 0 or above 1.
  case notAProbability(sample: Int, class: Int, value: Double)
  /// Probabilities of one sample that do not sum to 1.
  case probabilitiesDoNotSumToOne(sample: Int, sum: Double)
  /// A logit or a confidence that is not a finite number.
  case notFinite(what: String, sample: Int, class: Int)
  /// A number of bins or another setting outside its range.
  case unacceptableSetting(name: String, value: Double, allowed: String)
}

extension EvaluationError: CustomStringConvertible {
  /// What is wrong, where, and what was expected, in one line.
  public var description: String {
    switch self {
    case .noSamples: "there are no samples to evaluate"
    case .unacceptableClassCount(let count):
      "\(count) classes; there must be 1 to \(ConfusionMatrix.maximumClassCount)"
    case .differentCounts(let what, let expected, let actual):
      "\(what): \(actual) where \(expected) are needed"
    case .labelOutOfRange(let what, let sample, let value, let classCount):
      "\(what) of sample \(sample) is \(value); it must be 0 to \(classCount - 1)"
    case .notSquare(let row, let expected, let actual):
      "row \(row) of the confusion matrix has \(actual) columns where \(expected) are needed"
    case .unacceptableCount(let trueClass, let predictedClass, let value):
      "confusion matrix, row \(trueClass), column \(predictedClass): a count of \(value) is not accepted"
    case .notAProbability(let sample, let classIndex, let value):
      "sample \(sample), class \(classIndex): \(value) is not a probability"
    case .probabilitiesDoNotSumToOne(let sample, let sum):
      "the probabilities of sample \(sample) sum to \(sum), not to 1"
    case .notFinite(let what, let sample, let classIndex):
      "\(what) of sample \(sample), class \(classIndex) is not a finite number"
    case .unacceptableSetting(let name, let value, let allowed):
      "\(name) is \(value); it must be \(allowed)"
    }
  }
}
