import Datasets

/// A part of the pictures that results are told of; the raw value is its name in files and options.
public enum ResultPart: String, Sendable, CaseIterable {
  /// What was learned from.
  case train
  /// What epochs and recipes are chosen by.
  case validation
  /// What is looked at once, at the end.
  case test
}

extension Split {
  /// Those of the wanted parts that have pictures, in the order of reports. Where the test part is the validation part
  /// too, it counts once.
  ///
  /// - Parameter wanted: Which parts are to be told of.
  /// - Returns: Each part with its pictures' places in the data set.
  public func parts(_ wanted: Set<ResultPart>) -> [(part: ResultPart, places: [Int])] {
    var parts: [(part: ResultPart, places: [Int])] = []
    for part in ResultPart.allCases where wanted.contains(part) {
      if part == .validation, validation == test, wanted.contains(.test) { continue }
      let places =
        switch part {
        case .train: train
        case .validation: validation
        case .test: test
        }
      if !places.isEmpty { parts.append((part, places)) }
    }
    return parts
  }
}
