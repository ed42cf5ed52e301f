/// A table of text that can be written for people (plain, Markdown, HTML) and for spreadsheets (CSV).
///
///     let table = Table(columns: [.init("Model"), .init("Accuracy", .trailing)], rows: [["VGG19", "66.4 %"]])
///     print(table.plainText())
public struct Table: Sendable, Equatable, Codable {
  /// Which edge of a column its cells stand at.
  public enum Alignment: String, Sendable, Codable {
    /// For words.
    case leading
    /// For numbers.
    case trailing
  }

  /// A column's title and alignment.
  public struct Column: Sendable, Equatable, Codable {
    /// In the first line.
    public let title: String
    /// Of the title and the cells.
    public let alignment: Alignment

    /// A column; words by default.
    public init(_ title: String, _ alignment: Alignment = .leading) {
      self.title = title
      self.alignment = alignment
    }
  }

  /// From left to right; at least as many as every row has cells.
  public let columns: [Column]
  /// From top to bottom, each with a cell for every column.
  public let rows: [[String]]

  /// A table. Rows that are too short get empty cells; rows that are too long make columns without a title.
  public init(columns: [Column], rows: [[String]]) {
    let width = max(columns.count, rows.map(\.count).max() ?? 0)
    self.columns = columns + Array(repeating: Column(""), count: width - columns.count)
    self.rows = rows.map { $0 + Array(repeating: "", count: width - $0.count) }
  }

  /// Columns of even width for a terminal, two spaces apart, a rule under the titles. Control characters are
  /// shown as spaces.
  public func plainText() -> String {
    let titles = columns.map { PlainText.oneLine($0.title) }
    let cells = rows.map { $0.map { PlainText.oneLine($0) } }
    let widths = columns.indices.map { column in
      max(titles[column].count, cells.map { $0[column].count }.max() ?? 0)
    }
    func line(_ cells: [String]) -> String {
      var text = cells.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - cells[column].count)
        return columns[column].alignment == .leading ? cells[column] + padding : padding + cells[column]
      }.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      return text + "\n"
    }
    guard !columns.isEmpty else { return "" }
    return line(titles) + line(widths.map { String(repeating: "-", count: $0) }) + cells.map(line).joined()
  }

  /// A table of GitHub Flavored Markdown; characters with a meaning in Markdown or HTML are escaped.
  public func markdown() -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    guard !columns.isEmpty else { return "" }
    return line(columns.map { Self.markdownEscaped($0.title) })
      + line(columns.map { $0.alignment == .leading ? "---" : "---:" })
      + rows.map { line($0.map(Self.markdownEscaped)) }.joined()
  }

  /// Comma separated values by RFC 4180, the titles first, lines ended by CRLF; every cell as it was given.
  public func csv() -> String {
    func line(_ cells: [String]) -> String { cells.map(Self.csvQuoted).joined(separator: ",") + "\r\n" }
    guard !columns.isEmpty else { return "" }
    return line(columns.map(\.title)) + rows.map(line).joined()
  }

  /// A `table` element; the first column's cells head their rows. Text is escaped.
  ///
  /// - Parameter caption: Read out and shown above the table; none where it is empty.
  public func html(caption: String = "") -> String {
    func cell(_ tag: String, _ scope: String, _ text: String, _ column: Column) -> String {
      let style = column.alignment == .trailing ? " class=\"number\"" : ""
      return "<\(tag)\(scope)\(style)>\(Markup.escaped(text))</\(tag)>"
    }
    var text = "<table>"
    if !caption.isEmpty { text += "<caption>\(Markup.escaped(caption))</caption>" }
    text += "<thead><tr>"
    for column in columns { text += cell("th", " scope=\"col\"", column.title, column) }
    text += "</tr></thead>\n<tbody>\n"
    for row in rows {
      text += "<tr>"
      for (index, column) in columns.enumerated() {
        text +=
          index == 0 ? cell("th", " scope=\"row\"", row[index], column) : cell("td", "", row[index], column)
      }
      text += "</tr>\n"
    }
    return text + "</tbody></table>"
  }

  private static func markdownEscaped(_ text: String) -> String {
    var result = ""
    for character in PlainText.oneLine(text, maximumCount: .max) {
      if "\\`*_{}[]()<>#|~!&".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }

  private static func csvQuoted(_ text: String) -> String {
    let needsQuotes = text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
    return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}
