import Tensors

/// Samples for a classifier: one row a sample, one column a feature, row-major single precision.
///
/// A value that never changes once it is filled; copies share the numbers.
public struct FeatureMatrix: Sendable {
  /// How many samples it holds.
  public let rowCount: Int
  /// Features a sample.
  public let columnCount: Int
  let storage: FloatStorage

  /// Takes the numbers of an array.
  ///
  /// - Throws: ``SupportVectorError/shape(rows:columns:values:)`` where `values` is not rows x columns long.
  public init(rows: Int, columns: Int, values: [Float]) throws(SupportVectorError) {
    try self.init(rows: rows, columns: columns, valueCount: values.count)
    values.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      storage.base.update(from: start, count: source.count)
    }
  }

  /// Fills the matrix row by row, for samples that are read or computed one at a time.
  ///
  /// - Parameter fillRow: Gets a row's number and its `columns` places, which are 0.
  /// - Throws: ``SupportVectorError/shape(rows:columns:values:)`` for sizes that no memory holds.
  public init(
    rows: Int, columns: Int, fillRow: (Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) throws(SupportVectorError) {
    try self.init(rows: rows, columns: columns, valueCount: nil)
    for row in 0..<rows {
      fillRow(row, UnsafeMutableBufferPointer(start: storage.base + row * columns, count: columns))
    }
  }

  /// Fills the matrix row by row on the workers of a pool, each row by whoever is free.
  ///
  /// - Parameter fillRow: Gets the worker's number, a row's number and its `columns` places, which are 0. Runs on
  ///   several threads at once.
  /// - Throws: ``SupportVectorError/shape(rows:columns:values:)`` for sizes that no memory holds.
  public init(
    rows: Int, columns: Int, pool: WorkerPool,
    fillRow: (Int, Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) throws(SupportVectorError) {
    try self.init(rows: rows, columns: columns, valueCount: nil)
    let base = storage.base
    pool.split(rows) { worker, range in
      for row in range {
        fillRow(worker, row, UnsafeMutableBufferPointer(start: base + row * columns, count: columns))
      }
    }
  }

  private init(rows: Int, columns: Int, valueCount: Int?) throws(SupportVectorError) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 1, !overflow, count <= Self.maximumValues, valueCount ?? count == count else {
      throw .shape(rows: rows, columns: columns, values: valueCount)
    }
    rowCount = rows
    columnCount = columns
    storage = FloatStorage(zeros: count)
  }

  /// More numbers than any machine's memory holds as floats: 2^40.
  private static let maximumValues = 1 << 40

  /// Reads one row. The buffer is valid only inside `body`.
  public func withRow<Result>(
    _ row: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    precondition((0..<rowCount).contains(row))
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeBufferPointer(start: storage.base + row * columnCount, count: columnCount))
  }

  /// One number.
  public subscript(row: Int, column: Int) -> Float {
    precondition((0..<columnCount).contains(column))
    return withRow(row) { $0[column] }
  }

  /// The matrix of some rows, in the order given.
  ///
  /// - Throws: ``SupportVectorError/shape(rows:columns:values:)`` for more rows than memory holds.
  public func selecting(rows: [Int]) throws(SupportVectorError) -> FeatureMatrix {
    try FeatureMatrix(rows: rows.count, columns: columnCount) { index, target in
      withRow(rows[index]) { source in _ = target.update(from: source) }
    }
  }

  /// Beyond this size the square of a distance could leave single precision.
  static let largestMagnitude: Float = 1e15

  /// Checks that every value is a number that distances can be computed of.
  ///
  /// - Throws: ``SupportVectorError/valueOutOfRange(row:column:)`` for the first that is not.
  func checkValues() throws(SupportVectorError) {
    let found: Int? = storage.withValues { values in
      // The comparison is false for a value that is not a number.
      values.firstIndex { !(abs($0) <= Self.largestMagnitude) }
    }
    if let found { throw .valueOutOfRange(row: found / columnCount, column: found % columnCount) }
  }
}
