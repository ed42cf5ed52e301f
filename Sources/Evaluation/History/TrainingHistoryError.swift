/// What is wrong with a training history that is read from CSV. Lines are counted from 1.
public enum TrainingHistoryError: Error, Equatable, Sendable {
  /// The file cannot be opened or read; the system's reason.
  case unreadable(path: String, reason: String)
  /// More bytes than a history has.
  case tooLarge(maximumBytes: Int)
  /// Bytes that are not UTF-8.
  case notText
  /// Not even a header.
  case empty
  /// The header lacks the column `epoch`.
  case missingColumn(name: String)
  /// A column of the header that has no meaning here.
  case unknownColumn(name: String)
  /// A column that the header names twice.
  case duplicateColumn(name: String)
  /// A line with more or fewer fields than the header.
  case wrongFieldCount(line: Int, expected: Int, actual: Int)
  /// A field that is no number of its column's range.
  case unacceptableValue(line: Int, column: String, text: String, allowed: String)
  /// An epoch that does not come after the one before.
  case epochsNotIncreasing(line: Int, epoch: Int, previous: Int)
}

extension TrainingHistoryError: CustomStringConvertible {
  /// What is wrong and where, in one line.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .tooLarge(let maximumBytes):
      "the training history is too large: at most \(maximumBytes) bytes are accepted"
    case .notText: "the training history is not UTF-8 text"
    case .empty: "the training history is empty; it must start with a header line"
    case .missingColumn(let name): "line 1: there is no column \(name)"
    case .unknownColumn(let name):
      "line 1: unknown column \"\(name)\"; there are \(TrainingHistory.columnNames.joined(separator: ", "))"
    case .duplicateColumn(let name): "line 1: the column \(name) is there twice"
    case .wrongFieldCount(let line, let expected, let actual):
      "line \(line): \(actual) fields where the header has \(expected)"
    case .unacceptableValue(let line, let column, let text, let allowed):
      "line \(line), \(column): \"\(text)\" is not accepted; it must be \(allowed)"
    case .epochsNotIncreasing(let line, let epoch, let previous):
      "line \(line): epoch \(epoch) does not come after epoch \(previous)"
    }
  }
}
