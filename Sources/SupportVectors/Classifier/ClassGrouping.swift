/// Training rows by class: classes in ascending order, in each the rows in the order of the samples.
struct ClassGrouping {
  /// Distinct labels, ascending.
  let classes: [Int]
  /// Row numbers of the samples, grouped.
  let order: [Int]
  /// Where each class lies in ``order``.
  let ranges: [Range<Int>]

  /// More classes make more pairs than anybody has patience for.
  static let maximumClasses = 1000

  init(labels: [Int]) throws(SupportVectorError) {
    var rows: [Int: [Int]] = [:]
    for (row, label) in labels.enumerated() { rows[label, default: []].append(row) }
    classes = rows.keys.sorted()
    guard classes.count >= 2 else { throw .tooFewClasses(classes.count) }
    guard classes.count <= Self.maximumClasses else {
      throw .tooManyClasses(found: classes.count, allowed: Self.maximumClasses)
    }
    order = classes.flatMap { rows[$0]! }
    var start = 0
    ranges = classes.map { label in
      defer { start += rows[label]!.count }
      return start..<start + rows[label]!.count
    }
  }
}
