/// A range of an augmentation that makes no sense.
public struct AugmentationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The property's name.
  public let field: String
  /// Its value.
  public let value: String
  /// What it may be.
  public let allowed: String

  /// What is wrong, in one line.
  public var description: String { "augmentation: \(field) is \(value); it may be \(allowed)" }

  static func check(_ field: String, _ value: Double, in range: ClosedRange<Double>) throws(AugmentationError)
  {
    guard range.contains(value) else {
      throw AugmentationError(
        field: field, value: "\(value)", allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
  }

  static func check(
    _ field: String, _ value: ClosedRange<Double>, in range: ClosedRange<Double>
  ) throws(AugmentationError) {
    try check(field, value.lowerBound, in: range)
    try check(field, value.upperBound, in: range)
  }
}
