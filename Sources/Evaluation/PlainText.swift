/// Makes text from outside safe to show: in a terminal, a table, a figure or a page.
enum PlainText {
  /// One line without control characters and without characters that reverse the direction of what follows.
  ///
  /// - Parameter maximumCount: Characters, after which the rest is left out and marked with an ellipsis.
  static func oneLine(_ text: String, maximumCount: Int = 300) -> String {
    var result = ""
    var count = 0
    for character in text {
      guard count < maximumCount else { return result + "…" }
      let scalars = character.unicodeScalars
      // A pile of combining marks is cut like a long text.
      for scalar in scalars.prefix(16) { result.unicodeScalars.append(isVisible(scalar) ? scalar : " ") }
      count += 1
    }
    return result
  }

  /// The same, but line feeds stay, and there is no limit.
  static func lines(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      result.unicodeScalars.append(scalar == "\n" || isVisible(scalar) ? scalar : " ")
    }
    return result
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00..<0x20, 0x7f..<0xa0: false
    // Line and paragraph separators, directional embeddings and isolates, byte order mark, non-characters.
    case 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff, 0xfffe...0xffff: false
    default: true
    }
  }
}
