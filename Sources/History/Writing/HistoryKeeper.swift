import GRDB
import Logging

/// The database of a writer: opened, opened again, moved aside where it is damaged. Belongs to one thread at a time.
struct HistoryKeeper {
  private let settings: HistorySettings
  private let logger: Logger
  private var retention: HistoryRetention
  private var database: DatabaseQueue?
  private var cameras: [String: Int64] = [:]
  private var isToBeChecked = false

  init(settings: HistorySettings, logger: Logger) {
    self.settings = settings
    self.logger = logger
    retention = HistoryRetention(settings)
  }

  /// Whether the database is open.
  var isOpen: Bool { database != nil }

  /// Opens the database at the program's start. What may pass, a full disk or another program's lock, is left for
  /// later, and so is looking for damage: that reads the whole file, and nobody's start waits for it.
  mutating func openFirst() throws(HistoryError) {
    // A wrong folder or name is a mistake that does not pass.
    try HistoryFile.check(settings.path)
    let existed = HistoryFile.isWritable(settings.path)
    do throws(HistoryError) { try openUnchecked() } catch {
      guard case .unavailable = error, existed else { throw error }
      logger.error("the history is not written: \(error); trying again")
    }
  }

  /// Writes records as one commit: all of them or none.
  mutating func write(_ entries: [HistoryEntry]) throws(HistoryError) {
    try repairing { keeper in
      var cameras = keeper.cameras
      try keeper.database?.write { database in
        for entry in entries { try entry.insert(database, cameras: &cameras) }
      }
      keeper.cameras = cameras
    }
  }

  /// Removes some of what is too old or too much; true where there may be more.
  mutating func removePiece() throws(HistoryError) -> Bool {
    var hasMore = false
    try repairing { keeper in
      if let database = keeper.database { hasMore = try keeper.retention.removePiece(database) }
    }
    return hasMore
  }

  /// Closes the database, which writes its log into it.
  mutating func close() {
    try? database?.close()
    database = nil
  }

  /// Does something with the open database; where it proves damaged, with a new one.
  private mutating func repairing(_ work: (inout HistoryKeeper) throws -> Void) throws(HistoryError) {
    do {
      try open()
      try work(&self)
    } catch {
      let error = HistoryDatabase.error(error, settings.path)
      guard case .damaged = error else { throw error }
      try replace(error)
      do { try work(&self) } catch { throw HistoryDatabase.error(error, settings.path) }
    }
  }

  private mutating func openUnchecked() throws(HistoryError) {
    guard database == nil else { return }
    let wasLeftOpen = HistoryFile.wasLeftOpen(settings.path)
    cameras = [:]
    do throws(HistoryError) { database = try HistoryDatabase.openForWriting(settings.path) } catch {
      guard case .damaged = error else { throw error }
      try replace(error)
    }
    isToBeChecked = wasLeftOpen
  }

  private mutating func open() throws(HistoryError) {
    try openUnchecked()
    // A power failure on a disk that lies about what it has written can do damage; that is looked for once.
    guard isToBeChecked, let database else { return }
    isToBeChecked = false
    do throws(HistoryError) { try HistoryDatabase.checkIntegrity(database, settings.path) } catch {
      guard case .damaged = error else { throw error }
      try replace(error)
    }
  }

  private mutating func replace(_ error: HistoryError) throws(HistoryError) {
    close()
    let name = try HistoryFile.moveAside(settings.path)
    logger.error("\(error); it is now \(name), and a new history begins")
    cameras = [:]
    isToBeChecked = false
    database = try HistoryDatabase.openForWriting(settings.path)
  }
}
