import Foundation

/// Colours of a drawing exchanged for those of a page's theme.
enum SVGColors {
  private static let roles: [UInt32: FigureColor] = Dictionary(
    uniqueKeysWithValues: FigureColor.allCases.map { ($0.light, $0) })

  /// A style or an attribute in which every `rgb(...)` that is a role's colour on light paper becomes
  /// `var(--figure-<role>,<the same colour>)`.
  static func byRole(_ style: Substring) -> String {
    var result = ""
    var rest = style
    while let start = rest.range(of: "rgb("), let end = rest[start.upperBound...].firstIndex(of: ")") {
      result += rest[..<start.lowerBound]
      let color = rest[start.lowerBound...end]
      if let value = value(rest[start.upperBound..<end]), let role = roles[value] {
        result += "var(\(role.property),\(FigureColor.hexadecimal(value)))"
      } else {
        result += color
      }
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  /// The colour of three percentages, as cairo writes them.
  private static func value(_ percentages: Substring) -> UInt32? {
    let shares = percentages.split(separator: ",").map { part -> Double? in
      let text = part.filter { $0 != " " }
      return text.last == "%" ? Double(text.dropLast()) : nil
    }
    guard shares.count == 3 else { return nil }
    var color: UInt32 = 0
    for share in shares {
      guard let share, (0...100).contains(share) else { return nil }
      color = color << 8 | UInt32((share * 2.55).rounded())
    }
    return color
  }
}
