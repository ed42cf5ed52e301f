import Capture
import Foundation
import GRDB

/// Removes what is too old or too much, in pieces that hold up nobody.
///
/// What is too old is judged by ``RetentionClock``. Where there is too much, what was written first goes first, whatever
/// its time: records of a clock that was ahead would else outlive all others.
struct HistoryRetention {
  static let pieceSize = 2000
  private static let pagesGivenBack = 2000

  let retentionDays: Double
  let maximumBytes: Int64
  private var clock = RetentionClock()

  init(_ settings: HistorySettings) {
    retentionDays = settings.retentionDays
    maximumBytes = Int64(settings.maximumMegabytes) * 1_000_000
  }

  /// Removes one piece; true where there may be more to remove.
  ///
  /// - Parameters:
  ///   - queue: The database.
  ///   - wallClock: What the clock says.
  ///   - now: The same moment on the clock that nobody sets.
  mutating func removePiece(
    _ queue: DatabaseQueue, wallClock: Date = Date(), now: MonotonicTime = .now
  ) throws -> Bool {
    try queue.write { database in
      var removed = 0
      if retentionDays > 0 {
        let newest = try timeOfNewest(database)
        let time = clock.time(
          clock: Int64(wallClock.timeIntervalSince1970 * 1000), at: now, newest: newest)
        let tooOld = "WHERE time < \(time - Int64(retentionDays * 86_400_000)) ORDER BY time"
        removed += try remove("observation", tooOld, database)
        removed += try remove("camera_event", tooOld, database)
      }
      if removed == 0, maximumBytes > 0, try usedBytes(database) > maximumBytes {
        removed += try remove("observation", "ORDER BY id", database)
        if removed == 0 { removed += try remove("camera_event", "ORDER BY id", database) }
      }
      if removed > 0 { try database.execute(sql: "PRAGMA incremental_vacuum(\(Self.pagesGivenBack))") }
      return removed > 0
    }
  }

  private func remove(_ table: String, _ selection: String, _ database: Database) throws -> Int {
    try database.execute(
      sql: """
        DELETE FROM \(table) WHERE id IN
          (SELECT id FROM \(table) \(selection) LIMIT \(Self.pieceSize))
        """)
    return database.changesCount
  }

  /// The time of what was written last; nil in an empty database.
  private func timeOfNewest(_ database: Database) throws -> Int64? {
    let times = try ["observation", "camera_event"].compactMap { table in
      try Int64.fetchOne(database, sql: "SELECT time FROM \(table) ORDER BY id DESC LIMIT 1")
    }
    return times.max()
  }

  /// Bytes of pages that hold something.
  private func usedBytes(_ database: Database) throws -> Int64 {
    func number(_ name: String) throws -> Int64 { try Int64.fetchOne(database, sql: "PRAGMA \(name)") ?? 0 }
    return try (number("page_count") - number("freelist_count")) * number("page_size")
  }
}
