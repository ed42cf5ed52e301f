import DurableFiles
import Foundation

extension TrainingHistory {
  /// Tens of thousands of epochs fit; anything larger is no history.
  public static let maximumFileBytes = 8 << 20

  private struct Column {
    let name: String
    let field: WritableKeyPath<Epoch, Double?>
    let allowed: String
    let accepts: (Double) -> Bool
  }

  private static func columns() -> [Column] {
    let loss = "a number, nan, inf or empty"
    let share = "0 to 1, nan or empty"
    func isShare(_ value: Double) -> Bool { value.isNaN || (0...1).contains(value) }
    func isPositive(_ value: Double) -> Bool { value >= 0 && value.isFinite }
    return [
      Column(name: "train_loss", field: \.trainLoss, allowed: loss) { _ in true },
      Column(name: "train_accuracy", field: \.trainAccuracy, allowed: share, accepts: isShare),
      Column(name: "validation_loss", field: \.validationLoss, allowed: loss) { _ in true },
      Column(name: "validation_accuracy", field: \.validationAccuracy, allowed: share, accepts: isShare),
      Column(
        name: "learning_rate", field: \.learningRate, allowed: "0 or more, or empty", accepts: isPositive),
      Column(name: "seconds", field: \.seconds, allowed: "0 or more, or empty", accepts: isPositive),
    ]
  }

  static let columnNames = ["epoch"] + columns().map(\.name)

  /// The history as CSV: a header, then one line an epoch. Numbers read back to the same bits; what was not
  /// measured is an empty field.
  public func csv() -> String {
    let columns = Self.columns()
    var text = Self.columnNames.joined(separator: ",") + "\n"
    for epoch in epochs {
      text += String(epoch.epoch)
      for column in columns {
        text += "," + (epoch[keyPath: column.field].map { "\($0)" } ?? "")
      }
      text += "\n"
    }
    return text
  }

  /// Writes ``csv()`` to a file that appears whole or not at all.
  ///
  /// - Throws: ``FileWriteError``.
  public func write(csv path: String) throws(FileWriteError) {
    try AtomicFile.write(csv(), to: path)
  }

  /// Reads a file of ``csv()``.
  ///
  /// - Throws: ``TrainingHistoryError`` with the line and the column.
  public init(csvFile path: String) throws(TrainingHistoryError) {
    let text: String
    do {
      text = try TextFile.read(path, maximumBytes: Self.maximumFileBytes)
    } catch {
      switch error {
      case .unreadable(let reason): throw .unreadable(path: path, reason: reason)
      case .tooLarge: throw .tooLarge(maximumBytes: Self.maximumFileBytes)
      case .notText: throw .notText
      }
    }
    try self.init(csv: text)
  }

  /// Reads CSV whose header names some of the columns that ``csv()`` writes, in any order, `epoch` among
  /// them. Lines may end in LF or CRLF.
  ///
  /// - Throws: ``TrainingHistoryError`` with the line and the column.
  public init(csv text: String) throws(TrainingHistoryError) {
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    guard let header = lines.first else { throw .empty }
    let layout = try Self.layout(ofHeader: Self.fields(header))
    var epochs: [Epoch] = []
    for (index, line) in lines.enumerated().dropFirst() {
      let fields = Self.fields(line)
      guard fields.count == layout.count else {
        throw .wrongFieldCount(line: index + 1, expected: layout.count, actual: fields.count)
      }
      let epoch = try Self.epoch(fields, layout, line: index + 1)
      if let previous = epochs.last?.epoch, epoch.epoch <= previous {
        throw .epochsNotIncreasing(line: index + 1, epoch: epoch.epoch, previous: previous)
      }
      epochs.append(epoch)
    }
    self.init(epochs: epochs)
  }

  private static func fields(_ line: Substring.UTF8View) -> [String] {
    line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { field in
      String(Substring(field)).trimmingCharacters(in: CharacterSet(charactersIn: " \t\u{feff}"))
    }
  }

  /// For each field of a line its column; nil for the epoch.
  private static func layout(ofHeader names: [String]) throws(TrainingHistoryError) -> [Column?] {
    let columns = columns()
    var seen: Set<String> = []
    var layout: [Column?] = []
    for name in names {
      guard seen.insert(name).inserted else { throw .duplicateColumn(name: shortened(name)) }
      let column = columns.first { $0.name == name }
      guard column != nil || name == "epoch" else { throw .unknownColumn(name: shortened(name)) }
      layout.append(column)
    }
    guard seen.contains("epoch") else { throw .missingColumn(name: "epoch") }
    return layout
  }

  private static func epoch(
    _ fields: [String], _ layout: [Column?], line: Int
  ) throws(TrainingHistoryError) -> Epoch {
    var epoch = Epoch(epoch: 0)
    for (text, column) in zip(fields, layout) {
      guard let column else {
        guard let number = Int(text), (0...1_000_000_000).contains(number) else {
          throw .unacceptableValue(
            line: line, column: "epoch", text: shortened(text), allowed: "a whole number, 0 or more")
        }
        epoch.epoch = number
        continue
      }
      if text.isEmpty { continue }
      guard let value = number(text), column.accepts(value) else {
        throw .unacceptableValue(
          line: line, column: column.name, text: shortened(text), allowed: column.allowed)
      }
      epoch[keyPath: column.field] = value
    }
    return epoch
  }

  /// Decimal numbers, nan and inf; nothing else that a number's initialiser would take, and no number that
  /// is too large for its type.
  private static func number(_ text: String) -> Double? {
    switch text {
    case "nan": return .nan
    case "inf": return .infinity
    case "-inf": return -.infinity
    default:
      guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let value = Double(text),
        value.isFinite
      else { return nil }
      return value
    }
  }

  /// A hostile field is not printed at length, nor its control characters.
  private static func shortened(_ text: String) -> String {
    PlainText.oneLine(text, maximumCount: 40)
  }
}
