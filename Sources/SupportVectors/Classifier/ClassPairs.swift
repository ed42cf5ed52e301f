/// The pairs of classes that one against one compares: (0, 1), (0, 2), ..., (1, 2), ...
enum ClassPairs {
  /// How many pairs so many classes make.
  static func count(classes: Int) -> Int { classes * (classes - 1) / 2 }

  /// All pairs in order.
  static func all(classes: Int) -> [(first: Int, second: Int)] {
    (0..<classes).flatMap { first in (first + 1..<max(classes, first + 1)).map { (first, $0) } }
  }

  /// A pair's number; the classes in any order.
  static func index(_ one: Int, _ other: Int, classes: Int) -> Int {
    let (first, second) = (min(one, other), max(one, other))
    return first * (2 * classes - first - 1) / 2 + second - first - 1
  }

  /// The row of the dual coefficients that holds a class's coefficients against another: the classes but its own, in
  /// order.
  static func coefficientRow(of own: Int, against other: Int) -> Int { other < own ? other : other - 1 }

  /// The class that ``coefficientRow(of:against:)`` gives a row for.
  static func opponent(of own: Int, row: Int) -> Int { row < own ? row : row + 1 }
}
