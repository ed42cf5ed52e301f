import Foundation
import Pipeline

/// How a report is written.
public enum ReportFormat: String, Sendable, CaseIterable {
  /// For people.
  case table
  /// One JSON object a line.
  case json
  /// RFC 4180, with a first line of names.
  case csv

  /// The line before the first row, with its line end; empty where there is none.
  public func heading(_ layout: ReportLayout) -> String {
    switch self {
    case .table: Self.tableLine(layout.columns.map { ($0, $0.name) })
    case .json: ""
    case .csv: layout.columns.map(\.name).joined(separator: ",") + "\r\n"
    }
  }

  /// One row with its line end.
  public func line(_ values: [ReportValue], _ layout: ReportLayout) -> String {
    switch self {
    case .table:
      Self.tableLine(
        zip(layout.columns, values).map { column, value in
          switch value {
          case .text(let text): (column, Self.printable(text))
          case .integer(let number): (column, String(number))
          case .fraction(let number): (column, JSONText.fraction(Float(number)))
          case .flag(let flag): (column, flag ? "yes" : "")
          case .none: (column, "")
          }
        })
    case .json:
      "{"
        + zip(layout.columns, values).map { "\"\($0.name)\":" + Self.json($1) }.joined(separator: ",") + "}\n"
    case .csv: values.map(Self.csv).joined(separator: ",") + "\r\n"
    }
  }

  private static func tableLine(_ cells: [(column: ReportLayout.Column, text: String)])
    -> String
  {
    let texts = cells.compactMap { cell -> String? in
      guard let width = cell.column.width else { return nil }
      let padding = String(repeating: " ", count: max(0, width - cell.text.count))
      return cell.column.isNumber ? padding + cell.text : cell.text + padding
    }
    var line = texts.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }

  /// A database is somebody else's text: nothing in it is to command a terminal.
  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }

  private static func json(_ value: ReportValue) -> String {
    switch value {
    case .text(let text): JSONText.quoted(text)
    case .integer(let number): String(number)
    case .fraction(let number): JSONText.fraction(Float(number))
    case .flag(let flag): String(flag)
    case .none: "null"
    }
  }

  private static func csv(_ value: ReportValue) -> String {
    guard case .text(let text) = value else { return value == .none ? "" : json(value) }
    guard text.unicodeScalars.contains(where: { [",", "\"", "\r", "\n"].contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
