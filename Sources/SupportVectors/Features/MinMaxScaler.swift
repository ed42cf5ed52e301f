import Tensors

/// Brings every feature to 0...1 by the smallest and largest value that it has in the training samples, as
/// scikit-learn's `MinMaxScaler` does: (x - minimum) / (maximum - minimum), column by column, without clipping,
/// so that samples outside of the training range lie outside of 0...1. A column that is constant in training
/// is only moved to 0.
public struct MinMaxScaler: Sendable, Equatable {
  /// The smallest value of each column.
  public let minima: [Double]
  /// The largest value of each column.
  public let maxima: [Double]
  private let factors: [Double]

  /// A scaler of known ranges.
  ///
  /// - Throws: ``SupportVectorError/setting(name:value:allowed:)`` where a range is none, or the two arrays are
  ///   not of one length.
  public init(minima: [Double], maxima: [Double]) throws(SupportVectorError) {
    guard minima.count == maxima.count else {
      throw .setting(
        name: "number of maxima", value: "\(maxima.count)", allowed: "the number of minima, \(minima.count)")
    }
    for (column, (low, high)) in zip(minima, maxima).enumerated() {
      guard low.isFinite, high.isFinite, low <= high, (high - low).isFinite else {
        throw .setting(
          name: "range of column \(column)", value: "\(low)...\(high)", allowed: "a minimum, then a maximum")
      }
    }
    self.minima = minima
    self.maxima = maxima
    factors = zip(minima, maxima).map { low, high in
      high - low < Self.constantRange ? 1 : 1 / (high - low)
    }
  }

  /// Fits a scaler on all rows of a matrix.
  ///
  /// - Throws: As ``Fitting/finish()`` and ``SupportVectorError/valueOutOfRange(row:column:)``.
  public init(fittedOn samples: FeatureMatrix) throws(SupportVectorError) {
    try samples.checkValues()
    var fitting = Fitting(columnCount: samples.columnCount)
    for row in 0..<samples.rowCount { samples.withRow(row) { fitting.add($0) } }
    self = try fitting.finish()
  }

  /// A narrower column counts as constant: ten times the distance from 1 to the next double, scikit-learn's rule.
  private static let constantRange = 10 * Double.ulpOfOne

  /// Scales one row in place.
  ///
  /// - Precondition: The row has as many values as the scaler has columns.
  public func scale(_ row: UnsafeMutableBufferPointer<Float>) {
    precondition(row.count == minima.count)
    for column in row.indices {
      row[column] = Float((Double(row[column]) - minima[column]) * factors[column])
    }
  }

  /// The scaled copy of a matrix.
  ///
  /// - Throws: ``SupportVectorError/featureCount(expected:actual:)``.
  public func scaled(
    _ samples: FeatureMatrix, pool: WorkerPool = WorkerPool()
  ) throws(SupportVectorError) -> FeatureMatrix {
    guard samples.columnCount == minima.count else {
      throw .featureCount(expected: minima.count, actual: samples.columnCount)
    }
    return try FeatureMatrix(rows: samples.rowCount, columns: samples.columnCount, pool: pool) {
      _, row, target in
      samples.withRow(row) { source in _ = target.update(from: source) }
      scale(target)
    }
  }

  /// Finds the ranges of columns from rows that come one at a time.
  public struct Fitting: Sendable {
    private var minima: [Double]
    private var maxima: [Double]
    private var rowCount = 0

    /// Nothing seen yet.
    public init(columnCount: Int) {
      minima = Array(repeating: .infinity, count: columnCount)
      maxima = Array(repeating: -.infinity, count: columnCount)
    }

    /// Takes one more row into account; a value that is not a number is passed over.
    ///
    /// - Precondition: The row has as many values as there are columns.
    public mutating func add(_ row: some Collection<Float>) {
      precondition(row.count == minima.count)
      for (column, value) in row.enumerated() {
        minima[column] = min(minima[column], Double(value))
        maxima[column] = max(maxima[column], Double(value))
      }
      rowCount += 1
    }

    /// The scaler of all rows so far.
    ///
    /// - Throws: ``SupportVectorError/setting(name:value:allowed:)`` without rows or with values that are not finite.
    public func finish() throws(SupportVectorError) -> MinMaxScaler {
      guard rowCount > 0 else { throw .setting(name: "number of rows", value: "0", allowed: "at least 1") }
      return try MinMaxScaler(minima: minima, maxima: maxima)
    }
  }
}
