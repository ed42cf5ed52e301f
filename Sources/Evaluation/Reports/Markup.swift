/// Text inside HTML and SVG.
enum Markup {
  /// The text with every character that could begin or end markup replaced, and without characters that
  /// neither HTML nor XML may hold. Good for content and for attribute values in quotation marks. A percent
  /// sign stays on the line of its number.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in PlainText.lines(text).replacing(" %", with: "\u{a0}%").unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
