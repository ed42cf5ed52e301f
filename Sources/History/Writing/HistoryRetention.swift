import Foundation
import GRDB

/// Removes what is too old or too much, in pieces that hold up nobody.
struct HistoryRetention {
  static let pieceSize = 2000
  private static let pagesGivenBack = 2000

  let retentionDays: Double
  let maximumBytes: Int64

  init(_ settings: HistorySettings) {
    retentionDays = settings.retentionDays
    maximumBytes = Int64(settings.maximumMegabytes) * 1_000_000
  }

  /// Removes one piece; true where there may be more to remove.
  func removePiece(_ queue: DatabaseQueue, now: Date = Date()) throws -> Bool {
    try queue.write { database in
      var removed = 0
      if retentionDays > 0 {
        let earliest = Int64((now.timeIntervalSince1970 - retentionDays * 86_400) * 1000)
        removed += try remove("observation", "WHERE time < \(earliest)", database)
        removed += try remove("camera_event", "WHERE time < \(earliest)", database)
      }
      if removed == 0, maximumBytes > 0, try usedBytes(database) > maximumBytes {
        removed += try remove("observation", "", database)
        if removed == 0 { removed += try remove("camera_event", "", database) }
      }
      if removed > 0 { try database.execute(sql: "PRAGMA incremental_vacuum(\(Self.pagesGivenBack))") }
      return removed > 0
    }
  }

  private func remove(_ table: String, _ condition: String, _ database: Database) throws -> Int {
    try database.execute(
      sql: """
        DELETE FROM \(table) WHERE id IN
          (SELECT id FROM \(table) \(condition) ORDER BY time LIMIT \(Self.pieceSize))
        """)
    return database.changesCount
  }

  /// Bytes of pages that hold something.
  private func usedBytes(_ database: Database) throws -> Int64 {
    func number(_ name: String) throws -> Int64 { try Int64.fetchOne(database, sql: "PRAGMA \(name)") ?? 0 }
    return try (number("page_count") - number("freelist_count")) * number("page_size")
  }
}
