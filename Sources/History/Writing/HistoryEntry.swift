import Faces
import GRDB
import Pipeline

/// A record on its way into the database.
struct HistoryEntry: Sendable {
  let camera: String
  let record: LabelStreamRecord

  /// Adds the record to the tables.
  ///
  /// - Parameter cameras: Identifiers of cameras that are known; one that is new is added.
  func insert(_ database: Database, cameras: inout [String: Int64]) throws {
    let camera = try identifier(database, &cameras)
    switch record {
    case .labels(let record): try insert(record, camera, database)
    case .camera(let record):
      try database.cachedStatement(
        sql:
          "INSERT INTO camera_event (camera_id, time, state, reason, device, description) VALUES (?,?,?,?,?,?)"
      ).execute(arguments: [
        camera, Self.milliseconds(record.wallClockNanoseconds), record.state.rawValue, record.reason,
        record.device, record.description,
      ])
    }
  }

  private func identifier(_ database: Database, _ cameras: inout [String: Int64]) throws -> Int64 {
    if let known = cameras[camera] { return known }
    try database.execute(sql: "INSERT OR IGNORE INTO camera (name) VALUES (?)", arguments: [camera])
    let identifier = try Int64.fetchOne(
      database, sql: "SELECT id FROM camera WHERE name = ?", arguments: [camera])
    cameras[camera] = identifier
    return identifier ?? 0
  }

  private func insert(_ record: LabelRecord, _ camera: Int64, _ database: Database) throws {
    try database.cachedStatement(
      sql: "INSERT INTO observation (camera_id, time, frame, width, height) VALUES (?,?,?,?,?)"
    ).execute(arguments: [
      camera, Self.milliseconds(record.wallClockNanoseconds), Int64(clamping: record.frame), record.width,
      record.height,
    ])
    let observation = database.lastInsertedRowID
    for face in record.faces {
      let values: [(any DatabaseValueConvertible)?] =
        [
          observation, Int64(clamping: face.id), face.box.x, face.box.y, face.box.width, face.box.height,
          face.emotion.name, Double(face.confidence), face.isUncertain,
        ] + Emotion.allCases.map { Double(face.scores[$0]) }
      try database.cachedStatement(sql: Self.faceInsertion).execute(arguments: StatementArguments(values))
    }
  }

  private static let faceInsertion =
    "INSERT OR REPLACE INTO face (observation_id, face, x, y, width, height, emotion, confidence, uncertain, "
    + Emotion.allCases.map(\.name).joined(separator: ", ") + ") VALUES ("
    + Array(repeating: "?", count: 9 + Emotion.allCases.count).joined(separator: ",") + ")"

  private static func milliseconds(_ nanoseconds: UInt64) -> Int64 { Int64(nanoseconds / 1_000_000) }
}
