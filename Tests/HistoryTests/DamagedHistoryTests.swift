import Foundation
import GRDB
import Logging
import Pipeline
import TestSupport
import Testing

@testable import History

/// Files that are no history, or were one.
@Suite struct DamagedHistoryTests {
  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private static func write(_ count: Int, to path: String) throws {
    var settings = HistorySettings(path: path)
    settings.intervalSeconds = 0
    settings.retentionDays = 0
    let writer = try HistoryWriter(settings: settings, logger: logger)
    for number in 0..<count {
      writer.take(
        .labels(Sample.record([Sample.face(1, .anger)], second: Double(number))), camera: "door")
    }
    writer.finish(withinSeconds: 60)
    #expect(writer.status.written == UInt64(count))
  }

  private static func count(_ path: String) throws -> Int {
    var count = 0
    try HistoryReader(path: path).faces(HistoryQuery()) { _ in count += 1 }
    return count
  }

  @Test func anotherProgramsFileIsLeftAlone() throws {
    let folder = try TemporaryFolder()
    let text = folder.path("notes.txt")
    try String(repeating: "not a database\n", count: 20).write(
      toFile: text, atomically: true, encoding: .utf8)
    let database = folder.path("other.sqlite")
    try DatabaseQueue(path: database).write { try $0.execute(sql: "CREATE TABLE mine (a)") }
    for path in [text, database, "/"] {
      #expect(throws: HistoryError.notAHistory(path: path)) {
        try HistoryWriter(settings: HistorySettings(path: path), logger: Self.logger)
      }
      #expect(throws: HistoryError.notAHistory(path: path)) { try HistoryReader(path: path) }
    }
    #expect(try DatabaseQueue(path: database).read { try $0.tableExists("mine") })
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 2)
  }

  @Test func aNewerHistoryIsLeftAlone() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("history.sqlite")
    try Self.write(1, to: path)
    try DatabaseQueue(path: path).write {
      try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: what nobody knows yet')")
    }
    #expect(throws: HistoryError.tooNew(path: path)) {
      try HistoryWriter(settings: HistorySettings(path: path), logger: Self.logger)
    }
    #expect(throws: HistoryError.tooNew(path: path)) { try HistoryReader(path: path) }
  }

  @Test func aFolderThatIsNotThereIsAMistake() {
    #expect(throws: HistoryError.self) {
      try HistoryWriter(settings: HistorySettings(path: "/nowhere/history.sqlite"), logger: Self.logger)
    }
    #expect(throws: HistoryError.notFound(path: "/nowhere/h")) { try HistoryReader(path: "/nowhere/h") }
  }

  /// Killed after SQLite made the file, and before the tables were there.
  @Test func aHistoryThatWasJustBegunIsTakenOver() throws {
    let folder = try TemporaryFolder()
    let empty = folder.path("empty.sqlite")
    #expect(FileManager.default.createFile(atPath: empty, contents: Data()))
    let begun = folder.path("begun.sqlite")
    try DatabaseQueue(path: begun).write {
      try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
    }
    for path in [empty, begun] {
      try Self.write(3, to: path)
      #expect(try Self.count(path) == 3)
    }
  }

  /// Pages in the middle are overwritten: the file is moved aside, nothing of it is removed, and a new one begins.
  @Test func aDamagedHistoryIsMovedAside() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("history.sqlite")
    try Self.write(2000, to: path)
    let handle = try FileHandle(forUpdating: URL(filePath: path))
    let size = try handle.seekToEnd()
    try handle.seek(toOffset: 4096)
    try handle.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 4096))
    try handle.close()
    #expect(throws: (any Error).self) { try Self.count(path) }
    try Self.write(3, to: path)
    #expect(try Self.count(path) == 3)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    let moved = try #require(names.first { $0.hasPrefix("history.sqlite.damaged-") })
    #expect(
      try FileManager.default.attributesOfItem(atPath: folder.path(moved))[.size] as? UInt64 == size)
  }

  @Test func namesOfDamagedOnesDoNotMeet() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("h")
    let date = Date(timeIntervalSince1970: 1_772_366_096)
    for name in ["h.damaged-20260301T115456Z", "h.damaged-20260301T115456Z-1"] {
      for suffix in ["", "-wal"] {
        #expect(FileManager.default.createFile(atPath: path + suffix, contents: nil))
      }
      #expect(try HistoryFile.moveAside(path, at: date) == folder.path(name))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 4)
  }

  /// Any bytes behind the header: an error or rows, never a crash.
  @Test(arguments: 0..<40) func damageAnywhereIsAnErrorOrRows(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("history.sqlite")
    try Self.write(50, to: path)
    var random = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    var bytes = try Data(contentsOf: URL(filePath: path))
    for _ in 0..<20 {
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      bytes[Int(random % UInt64(bytes.count - 100)) + 100] = UInt8(truncatingIfNeeded: random >> 32)
    }
    try bytes.write(to: URL(filePath: path))
    do {
      let reader = try HistoryReader(path: path)
      try reader.faces(HistoryQuery()) { _ = ReportFormat.json.line($0, .faces) }
      try reader.summary(HistoryQuery(), bucketSeconds: 60) { _ = ReportFormat.table.line($0, .summary) }
    } catch is HistoryError {}
    do { try Self.write(0, to: path) } catch is HistoryError {}
  }
}
