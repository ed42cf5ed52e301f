import Pipeline

/// A JSON value whose object keys keep their order.
enum JSONValue {
  case null
  case bool(Bool)
  case integer(Int64)
  /// With this many decimals at most, 0...6; null where the number is none that JSON can write.
  case number(Double, decimals: Int)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  /// A string, or null.
  static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

  /// A number, or null.
  static func optional(_ value: Double?, decimals: Int) -> JSONValue {
    value.map { .number($0, decimals: decimals) } ?? .null
  }

  /// A count.
  static func count(_ value: UInt64) -> JSONValue { .integer(Int64(clamping: value)) }

  /// A count.
  static func count(_ value: Int) -> JSONValue { .integer(Int64(value)) }

  /// The value as text in one line.
  var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value, let decimals): Self.text(value, decimals: decimals)
    case .string(let text): JSONText.quoted(text)
    case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { JSONText.quoted($0) + ":" + $1.text }.joined(separator: ",") + "}"
    }
  }

  private static func text(_ value: Double, decimals: Int) -> String {
    precondition((0...6).contains(decimals))
    guard value.isFinite, abs(value) < 1e12 else { return "null" }
    let scale = (0..<decimals).reduce(Int64(1)) { scale, _ in scale * 10 }
    let scaled = Int64((value * Double(scale)).rounded())
    guard decimals > 0 else { return String(scaled) }
    let fraction = String(abs(scaled) % scale)
    return (scaled < 0 ? "-" : "") + String(abs(scaled) / scale) + "."
      + String(repeating: "0", count: decimals - fraction.count) + fraction
  }
}
