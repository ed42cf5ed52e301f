/// How often each true class was predicted as each class: rows true, columns predicted.
///
///     let matrix = try ConfusionMatrix(trueLabels: [0, 0, 1], predictedLabels: [0, 1, 1], classCount: 2)
///     matrix.counts  // [[1, 1], [0, 1]]
///
/// In JSON it is an array of rows.
public struct ConfusionMatrix: Sendable, Equatable {
  /// More classes than any data set of faces has; bounds what a hostile file can make us allocate.
  public static let maximumClassCount = 1_000

  /// `counts[trueClass][predictedClass]`.
  public let counts: [[Int]]
  /// All samples.
  public let total: Int

  /// Counts pairs of class indices.
  ///
  /// - Throws: ``EvaluationError`` where the lists differ in length or hold an index outside
  ///   `0..<classCount`. Empty lists give a matrix of zeros.
  public init(trueLabels: [Int], predictedLabels: [Int], classCount: Int) throws(EvaluationError) {
    try Self.check(classCount: classCount)
    try Self.check(trueLabels, "the true label", classCount: classCount)
    try Self.check(predictedLabels, "the predicted label", classCount: classCount)
    guard trueLabels.count == predictedLabels.count else {
      throw .differentCounts(
        what: "predicted labels", expected: trueLabels.count, actual: predictedLabels.count)
    }
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    for (trueClass, predictedClass) in zip(trueLabels, predictedLabels) {
      counts[trueClass][predictedClass] += 1
    }
    self.counts = counts
    total = trueLabels.count
  }

  /// A matrix that was counted elsewhere.
  ///
  /// - Throws: ``EvaluationError`` unless it is square, no count is negative and their sum is below 2^53.
  public init(counts: [[Int]]) throws(EvaluationError) {
    try Self.check(classCount: counts.count)
    var total = 0
    for (trueClass, row) in counts.enumerated() {
      guard row.count == counts.count else {
        throw .notSquare(row: trueClass, expected: counts.count, actual: row.count)
      }
      for (predictedClass, count) in row.enumerated() {
        let (sum, overflow) = total.addingReportingOverflow(count)
        guard count >= 0, !overflow, sum < 1 << 53 else {
          throw .unacceptableCount(trueClass: trueClass, predictedClass: predictedClass, value: count)
        }
        total = sum
      }
    }
    self.counts = counts
    self.total = total
  }

  /// The number of rows and of columns.
  public var classCount: Int { counts.count }

  /// Samples on the diagonal.
  public var correct: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }

  /// Samples that are truly of each class: the sums of the rows.
  public var supports: [Int] { counts.map { $0.reduce(0, +) } }

  /// Samples predicted as each class: the sums of the columns.
  public var predictedCounts: [Int] {
    counts.indices.map { column in counts.reduce(0) { $0 + $1[column] } }
  }

  /// The share of a true class's samples that was predicted as a class, 0...1; nil where the true class has
  /// no samples.
  public func shareOfTrueClass(_ trueClass: Int, predictedAs predictedClass: Int) -> Double? {
    let support = counts[trueClass].reduce(0, +)
    return support > 0 ? Double(counts[trueClass][predictedClass]) / Double(support) : nil
  }

  static func check(classCount: Int) throws(EvaluationError) {
    guard (1...maximumClassCount).contains(classCount) else { throw .unacceptableClassCount(classCount) }
  }

  static func check(_ labels: [Int], _ what: String, classCount: Int) throws(EvaluationError) {
    if let sample = labels.firstIndex(where: { $0 < 0 || $0 >= classCount }) {
      throw .labelOutOfRange(what: what, sample: sample, value: labels[sample], classCount: classCount)
    }
  }
}

extension ConfusionMatrix: Codable {
  /// Reads an array of rows; a matrix that ``init(counts:)`` would refuse is refused with its reason.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let rows = try container.decode([[Int]].self)
    do {
      try self.init(counts: rows)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
    }
  }

  /// Writes an array of rows.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(counts)
  }
}
