import Foundation

/// Numbers as people read them in tables and figures; always with a decimal point.
public enum NumberText {
  /// A fixed number of decimals, rounded as C's printf does; "–" for nothing, "not a number" or "infinite"
  /// where the value is not finite.
  public static func fixed(_ value: Double?, decimals: Int) -> String {
    guard let value else { return "–" }
    guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "-infinite" : "infinite" }
    let text = String(format: "%.\(min(max(decimals, 0), 12))f", value)
    // A value that rounds to zero has no sign.
    guard text.hasPrefix("-") else { return text }
    let digits = text.dropFirst()
    return digits.allSatisfy { $0 == "0" || $0 == "." } ? String(digits) : text
  }

  /// A share of 1 in percent, e.g. 0.6639 as "66.4 %".
  public static func percent(_ share: Double?, decimals: Int = 1) -> String {
    guard let share else { return "–" }
    let text = fixed(share * 100, decimals: decimals)
    return share.isFinite ? text + " %" : text
  }

  /// A whole number in groups of three, e.g. 35,887.
  public static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// A count that was computed in floating point, in groups of three; in powers of ten where it is too large for
  /// that.
  static func grouped(_ value: Double) -> String {
    abs(value) < 1e15 ? grouped(Int(value.rounded())) : short(value)
  }

  /// "1 sample", "3,466 samples".
  static func samples(_ count: Int) -> String { grouped(count) + (count == 1 ? " sample" : " samples") }

  /// An interval of shares in percent, e.g. "64.8 to 68.0 %".
  public static func percent(_ interval: ConfidenceInterval, decimals: Int = 1) -> String {
    fixed(interval.lower * 100, decimals: decimals) + " to " + percent(interval.upper, decimals: decimals)
  }

  /// As many significant digits as needed up to a number of them, in powers of ten where that is shorter, e.g.
  /// 0.0001, 1e-7.
  public static func short(_ value: Double, digits: Int = 6) -> String {
    guard value.isFinite else { return fixed(value, decimals: 0) }
    let text = String(format: "%.\(min(max(digits, 1), 17))g", value)
    guard let exponent = text.firstIndex(of: "e") else { return text }
    // printf writes at least two digits.
    let sign = text[text.index(after: exponent)] == "-" ? "e-" : "e"
    return text[..<exponent] + sign + text[text.index(exponent, offsetBy: 2)...].drop { $0 == "0" }
  }
}
