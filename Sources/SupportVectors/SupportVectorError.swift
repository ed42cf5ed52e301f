/// What can be wrong with a request to train, predict or compute features.
public enum SupportVectorError: Error, Equatable, Sendable {
  /// A matrix of this shape cannot be; the number of values where it contradicts the shape.
  case shape(rows: Int, columns: Int, values: Int?)
  /// A sample holds a value that is not a number, infinite, or beyond what distances can be computed of.
  case valueOutOfRange(row: Int, column: Int)
  /// Not one label a sample.
  case labelCount(expected: Int, actual: Int)
  /// One class, or none: there is nothing to tell apart.
  case tooFewClasses(Int)
  /// More classes than one against one can compare.
  case tooManyClasses(found: Int, allowed: Int)
  /// Samples of another number of features than the classifier or scaler was fitted on.
  case featureCount(expected: Int, actual: Int)
  /// A setting outside of what it may be; its name, its value and what is allowed.
  case setting(name: String, value: String, allowed: String)
  /// Gradient histograms cannot be computed; the reason.
  case gradientHistogram(reason: String)
  /// The caller asked to stop.
  case cancelled
}

extension SupportVectorError: CustomStringConvertible {
  /// One sentence for people.
  public var description: String {
    switch self {
    case .shape(let rows, let columns, let values?):
      "support vectors: \(values) values do not make a matrix of \(rows) rows x \(columns) columns"
    case .shape(let rows, let columns, nil):
      "support vectors: a matrix of \(rows) rows x \(columns) columns is not possible"
    case .valueOutOfRange(let row, let column):
      "support vectors: row \(row), column \(column) is not a number of at most "
        + "\(FeatureMatrix.largestMagnitude) in size; scale or clean the samples"
    case .labelCount(let expected, let actual):
      "support vectors: \(expected) samples need as many labels, there are \(actual)"
    case .tooFewClasses(let found):
      "support vectors: the labels name \(found) classes, at least two are needed"
    case .tooManyClasses(let found, let allowed):
      "support vectors: the labels name \(found) classes, at most \(allowed) can be compared one against one"
    case .featureCount(let expected, let actual):
      "support vectors: samples have \(actual) features, \(expected) are needed"
    case .setting(let name, let value, let allowed):
      "support vectors: \(name) is \(value); allowed is \(allowed)"
    case .gradientHistogram(let reason): "histogram of oriented gradients: \(reason)"
    case .cancelled: "support vectors: stopped on request"
    }
  }
}
