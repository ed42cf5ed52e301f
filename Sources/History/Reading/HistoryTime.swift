import Foundation

/// Moments as people write them.
public enum HistoryTime {
  /// Reads `2026-03-01T12:30:00Z`, `2026-03-01` (its midnight in UTC), or a time before now: `90s`, `15m`, `24h`, `7d`.
  ///
  /// - Returns: Milliseconds since 1970 (UTC); nil where the text is none of these.
  public static func milliseconds(_ text: String, now: Date = Date()) -> Int64? {
    if let seconds = seconds(text) { return milliseconds(now.addingTimeInterval(-Double(seconds))) }
    let styles = [
      Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle(),
      Date.ISO8601FormatStyle().year().month().day(),
    ]
    return styles.lazy.compactMap { date(text, $0) }.first.map(milliseconds)
  }

  /// Reads a length of time: `90s`, `15m`, `24h`, `7d`; at least a second, at most a century.
  public static func seconds(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
      (1...3_155_760_000 / unit).contains(count)
    else { return nil }
    return count * unit
  }

  /// What a text says in a style; nil where anything is left over: a style by itself takes `2026-03-01 12:30` for a day
  /// with something behind it, and so for its midnight.
  private static func date(_ text: String, _ style: Date.ISO8601FormatStyle) -> Date? {
    let whole = text.startIndex..<text.endIndex
    guard let found = try? style.consuming(text, startingAt: text.startIndex, in: whole),
      found.upperBound == text.endIndex
    else { return nil }
    return found.output
  }

  private static func milliseconds(_ date: Date) -> Int64 { Int64(date.timeIntervalSince1970 * 1000) }
}
