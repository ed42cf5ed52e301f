/// Where tables and values stand in the text of a TOML file: the parser keeps neither their lines nor their order.
struct TOMLPlaces {
  private let lines: [Substring]

  /// - Parameter text: Of a file that the parser takes.
  init(_ text: String) {
    // The two that TOML knows; the longer one is a single character here.
    lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }

  /// The line, from 1, on which a name in a table comes first: with its value, or as a table of its own. Nil where it is
  /// written in a way that is not looked for.
  ///
  /// - Parameters:
  ///   - name: Of a value or of a table.
  ///   - table: The table that it is in, as the parser calls it: `http`, `cameras.door`.
  func line(of name: String, in table: String) -> Int? {
    var current = ""
    for (index, line) in lines.enumerated() {
      if let header = Self.header(line) {
        current = header
        if header == "\(table).\(name)" { return index + 1 }
      } else if current == table, Self.key(line) == name {
        return index + 1
      }
    }
    return nil
  }

  /// `cameras.door` for a line that begins this table, with spaces, quotes and a comment where TOML allows them; nil for
  /// other lines.
  private static func header(_ line: Substring) -> String? {
    var rest = line.drop(while: isSpace)
    guard rest.popFirst() == "[" else { return nil }
    var names: [String] = []
    while let name = takeName(&rest) {
      names.append(name)
      switch rest.popFirst() {
      case "."?: continue
      case "]"?:
        let end = rest.drop(while: isSpace).first
        return end == nil || end == "#" ? names.joined(separator: ".") : nil
      default: return nil
      }
    }
    return nil
  }

  /// The name that a line gives a value; nil for other lines.
  private static func key(_ line: Substring) -> String? {
    var rest = line
    guard let name = takeName(&rest), rest.first == "=" else { return nil }
    return name
  }

  /// Takes a name, in quotes or bare, and the spaces around it from the beginning of a text.
  private static func takeName(_ rest: inout Substring) -> String? {
    rest = rest.drop(while: isSpace)
    let name: Substring
    if let quote = rest.first, quote == "\"" || quote == "'" {
      name = rest.dropFirst().prefix { $0 != quote }
      rest = rest[name.endIndex...].dropFirst()
    } else {
      name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "_" }
      guard !name.isEmpty else { return nil }
      rest = rest[name.endIndex...]
    }
    rest = rest.drop(while: isSpace)
    return String(name)
  }

  private static func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
}
