import Faces
import GRDB
import Pipeline

/// Reads a history, also while a daemon writes to it. Rows are handed over one by one: a history may be larger than
/// the memory.
public struct HistoryReader: Sendable {
  private let path: String
  private let queue: DatabaseQueue

  /// Opens a database; nothing of it is changed.
  public init(path: String) throws(HistoryError) {
    self.path = path
    queue = try HistoryDatabase.openForReading(path)
  }

  /// Every face of the records asked for, the oldest first.
  public func faces(_ query: HistoryQuery, _ body: ([ReportValue]) throws -> Void) throws {
    let columns =
      "o.time, c.name, o.frame, o.width, o.height, f.face, f.x, f.y, f.width, f.height, f.emotion, f.confidence, "
      + "f.uncertain, " + Emotion.allCases.map { "f.\($0.name)" }.joined(separator: ", ")
    let source =
      "SELECT \(columns) FROM face f JOIN observation o ON o.id = f.observation_id JOIN camera c ON c.id = o.camera_id"
    try rows(source, query, time: "o.time", identifier: "o.id, f.face", hasEmotion: true) { row in
      let scores = (13..<13 + Emotion.allCases.count).map { ReportValue.fraction(Self.number(row, $0)) }
      try body(
        [Self.time(row), Self.text(row, 1)] + (2...9).map { .integer(Self.integer(row, $0)) }
          + [
            Self.text(row, 10), .fraction(Self.number(row, 11)), .flag(Self.integer(row, 12) != 0),
          ] + scores)
    }
  }

  /// How the cameras fared, the oldest first.
  public func events(_ query: HistoryQuery, _ body: ([ReportValue]) throws -> Void) throws {
    let source =
      "SELECT e.time, c.name, e.state, e.reason, e.device, e.description FROM camera_event e "
      + "JOIN camera c ON c.id = e.camera_id"
    try rows(source, query, time: "e.time", identifier: "e.id", hasEmotion: false) { row in
      try body([Self.time(row)] + (1...5).map { Self.text(row, $0) })
    }
  }

  /// How often each emotion was seen, in pieces of time, the oldest first.
  public func summary(
    _ query: HistoryQuery, bucketSeconds: Int64, _ body: ([ReportValue]) throws -> Void
  ) throws {
    precondition(bucketSeconds > 0)
    let bucket = "o.time / \(bucketSeconds * 1000) * \(bucketSeconds * 1000)"
    let counts = Emotion.allCases.map { "sum(f.emotion IS '\($0.name)')" }.joined(separator: ", ")
    var (conditions, arguments) = conditions(query, time: "o.time")
    if let emotion = query.emotion { arguments.insert(emotion.name, at: 0) }
    let faceCondition = query.emotion == nil ? "" : " AND f.emotion = ?"
    let inner = """
      SELECT \(bucket) AS bucket, c.name AS name, count(DISTINCT o.id), \(counts) FROM observation o
      JOIN camera c ON c.id = o.camera_id LEFT JOIN face f ON f.observation_id = o.id\(faceCondition)
      \(conditions) GROUP BY bucket, name ORDER BY bucket DESC, name DESC \(limit(query))
      """
    try fetch("SELECT * FROM (\(inner)) ORDER BY 1, 2", StatementArguments(arguments)) { row in
      try body(
        [Self.time(row), Self.text(row, 1)]
          + (2..<3 + Emotion.allCases.count).map { .integer(Self.integer(row, $0)) })
    }
  }

  private func rows(
    _ source: String, _ query: HistoryQuery, time: String, identifier: String, hasEmotion: Bool,
    _ body: (Row) throws -> Void
  ) throws {
    var (conditions, arguments) = conditions(query, time: time)
    if hasEmotion, let emotion = query.emotion {
      conditions += (conditions.isEmpty ? "WHERE" : " AND") + " f.emotion = ?"
      arguments.append(emotion.name)
    }
    let order = { (direction: String) in
      "ORDER BY "
        + ([time] + identifier.split(separator: ", ").map(String.init))
        .map { "\($0) \(direction)" }.joined(separator: ", ")
    }
    guard query.limit != nil else {
      return try fetch("\(source) \(conditions) \(order("ASC"))", StatementArguments(arguments), body)
    }
    // The newest few, in memory, the other way round.
    var newest: [Row] = []
    try fetch("\(source) \(conditions) \(order("DESC")) \(limit(query))", StatementArguments(arguments)) {
      newest.append($0.copy())
    }
    for row in newest.reversed() { try body(row) }
  }

  private func limit(_ query: HistoryQuery) -> String { query.limit.map { "LIMIT \($0)" } ?? "" }

  private func conditions(_ query: HistoryQuery, time: String) -> (String, [any DatabaseValueConvertible]) {
    var conditions: [String] = []
    var arguments: [any DatabaseValueConvertible] = []
    if let since = query.sinceMilliseconds {
      conditions.append("\(time) >= ?")
      arguments.append(since)
    }
    if let until = query.untilMilliseconds {
      conditions.append("\(time) < ?")
      arguments.append(until)
    }
    if let camera = query.camera {
      conditions.append("c.name = ?")
      arguments.append(camera)
    }
    return (conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "), arguments)
  }

  private func fetch(_ sql: String, _ arguments: StatementArguments, _ body: (Row) throws -> Void) throws {
    try queue.read { database in
      let cursor: RowCursor
      do { cursor = try Row.fetchCursor(database, sql: sql, arguments: arguments) } catch {
        throw HistoryDatabase.error(error, path)
      }
      while true {
        let row: Row?
        do { row = try cursor.next() } catch { throw HistoryDatabase.error(error, path) }
        guard let row else { return }
        try body(row)
      }
    }
  }

  // Whatever the file holds: a value of another kind becomes nothing and is no reason to stop.

  private static func time(_ row: Row) -> ReportValue {
    .text(RFC3339.string(nanosecondsSince1970: UInt64(clamping: integer(row, 0)) &* 1_000_000))
  }

  private static func text(_ row: Row, _ index: Int) -> ReportValue {
    String.fromDatabaseValue(row[index] as DatabaseValue).map(ReportValue.text) ?? .none
  }

  private static func integer(_ row: Row, _ index: Int) -> Int64 {
    Int64.fromDatabaseValue(row[index] as DatabaseValue) ?? 0
  }

  private static func number(_ row: Row, _ index: Int) -> Double {
    Double.fromDatabaseValue(row[index] as DatabaseValue) ?? 0
  }
}
