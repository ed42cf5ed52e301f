import GRDB
import Glibc

/// Opens databases, and puts SQLite's errors into words.
enum HistoryDatabase {
  private static let waitSeconds = 5.0

  /// Opens a database to write to it, makes it where it is not there, and brings its tables up to date.
  ///
  /// Written ahead (WAL): who reads never waits for who writes. A commit survives the program's death at any moment; a
  /// power failure may take the last seconds (synchronous=NORMAL).
  static func openForWriting(_ path: String) throws(HistoryError) -> DatabaseQueue {
    try HistoryFile.check(path)
    try makeFile(path)
    var configuration = GRDB.Configuration()
    configuration.label = "history"
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(waitSeconds)
    configuration.prepareDatabase { database in
      // Has an effect on a database without tables only: pages that become free can be given back later.
      try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      try database.execute(sql: "PRAGMA journal_size_limit = 4194304")
    }
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      let migrator = HistoryMigrations.migrator
      if try queue.read(migrator.hasBeenSuperseded) { throw HistoryError.tooNew(path: path) }
      try queue.read { try checkOwner($0, path) }
      try migrator.migrate(queue)
      return queue
    } catch { throw HistoryDatabase.error(error, path) }
  }

  /// Opens a database that somebody else may be writing to.
  static func openForReading(_ path: String) throws(HistoryError) -> DatabaseQueue {
    guard access(path, F_OK) == 0 else { throw .notFound(path: path) }
    try HistoryFile.check(path)
    var configuration = GRDB.Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(waitSeconds)
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      if try queue.read(HistoryMigrations.migrator.hasBeenSuperseded) {
        throw HistoryError.tooNew(path: path)
      }
      guard try queue.read({ try $0.tableExists("observation") }) else {
        throw HistoryError.notAHistory(path: path)
      }
      return queue
    } catch { throw HistoryDatabase.error(error, path) }
  }

  /// Has SQLite read the whole database and say whether it contradicts itself.
  static func checkIntegrity(_ queue: DatabaseQueue, _ path: String) throws(HistoryError) {
    let answer: String?
    do { answer = try queue.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") } } catch {
      throw HistoryDatabase.error(error, path)
    }
    if answer != "ok" { throw .damaged(path: path, what: answer ?? "no answer") }
  }

  /// An error in this room's words.
  static func error(_ error: any Error, _ path: String) -> HistoryError {
    if let error = error as? HistoryError { return error }
    guard let error = error as? DatabaseError else { return .unavailable(path: path, what: "\(error)") }
    let what = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: return .damaged(path: path, what: what)
    default: return .unavailable(path: path, what: what)
    }
  }

  /// Nobody but the owner is to read who was seen; SQLite gives its other files the same permissions.
  private static func makeFile(_ path: String) throws(HistoryError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unavailable(path: path, what: String(cString: strerror(errno))) }
    close(descriptor)
  }

  /// A database with tables and without our mark is somebody else's.
  private static func checkOwner(_ database: Database, _ path: String) throws {
    let identifier = try Int32.fetchOne(database, sql: "PRAGMA application_id")
    // The migrator's own table comes before the mark: a program may have been killed between them.
    let tables = try Int.fetchOne(
      database, sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'")
    if identifier != HistoryFile.applicationIdentifier, tables != 0 {
      throw HistoryError.notAHistory(path: path)
    }
  }
}
