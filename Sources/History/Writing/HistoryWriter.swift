import Capture
import Foundation
import GRDB
import Logging
import Pipeline
import Synchronization

/// Keeps records in a database, on a thread of its own: neither a slow disk nor a full one holds up the pipeline.
///
///     let history = try HistoryWriter(settings: HistorySettings(path: "history.sqlite"), logger: logger)
///     let subscription = pipeline.labels.subscribe { history.take($0, camera: "entrance") }
public final class HistoryWriter: Sendable {
  private let settings: HistorySettings
  private let logger: Logger
  private let queue = RecordQueue<HistoryEntry>(capacity: 2048)
  private let sampling: Mutex<HistorySampling>
  private let fares = Mutex(OutputStatus(name: "history"))
  private let done = DispatchGroup()

  /// Opens or makes the database and starts. One that is damaged is moved aside and a new one begun; a disk that is
  /// full is waited for.
  ///
  /// - Throws: Where the file is something else, was made by a newer version, or cannot be made in its folder.
  public init(settings: HistorySettings, logger: Logger) throws(HistoryError) {
    self.settings = settings
    self.logger = logger
    sampling = Mutex(HistorySampling(intervalSeconds: settings.intervalSeconds))
    var keeper = HistoryKeeper(settings: settings, logger: logger)
    try keeper.openFirst()
    fares.withLock { $0.isWorking = keeper.isOpen }
    start(keeper)
  }

  private func start(_ keeper: HistoryKeeper) {
    done.enter()
    let thread = Thread { [self] in
      var keeper = keeper
      keep(&keeper)
      done.leave()
    }
    thread.name = "history"
    thread.start()
  }

  /// Queues a record where it is to be kept; returns at once.
  public func take(_ record: LabelStreamRecord, camera: String) {
    guard sampling.withLock({ $0.keeps(record, camera: camera) }) else { return }
    queue.append(HistoryEntry(camera: camera, record: record))
  }

  /// How it fares.
  public var status: OutputStatus {
    var status = fares.withLock { $0 }
    status.waiting = queue.count
    status.dropped = queue.droppedCount
    return status
  }

  /// Writes what waits, closes the database and ends; gives up after a while where the disk does not take it.
  public func finish(withinSeconds seconds: Double) {
    queue.finish()
    if done.wait(timeout: .now() + seconds) == .timedOut {
      logger.warning("\(settings.path): the disk takes no records; those that wait are lost")
    }
  }

  private static let commitSeconds = 1.0
  private static let retrySeconds = 5.0
  private static let retentionSeconds = 600.0

  private func keep(_ keeper: inout HistoryKeeper) {
    var retentionAt = MonotonicTime.now
    while true {
      let entries = queue.takeAll(until: retentionAt)
      let isWritten = entries.isEmpty || write(entries, &keeper)
      if queue.isFinished, queue.count == 0 || !isWritten { break }
      if isWritten, MonotonicTime.now >= retentionAt { retentionAt = removeSome(&keeper) }
      // What comes within a second becomes one commit.
      let seconds = isWritten ? Self.commitSeconds : Self.retrySeconds
      queue.waitUnlessFinished(until: .now.advanced(byNanoseconds: UInt64(seconds * 1e9)))
    }
    keeper.close()
  }

  private func write(_ entries: [HistoryEntry], _ keeper: inout HistoryKeeper) -> Bool {
    do throws(HistoryError) { try keeper.write(entries) } catch {
      failed(error)
      queue.putBack(entries)
      return false
    }
    succeeded(entries.count)
    return true
  }

  /// Removes a piece of what is too old; when the next one is to be removed.
  private func removeSome(_ keeper: inout HistoryKeeper) -> MonotonicTime {
    do throws(HistoryError) {
      if try keeper.removePiece() { return .now }
    } catch { failed(error) }
    return .now.advanced(byNanoseconds: UInt64(Self.retentionSeconds * 1e9))
  }

  private func succeeded(_ count: Int) {
    let recovered = fares.withLock { fares in
      fares.written += UInt64(count)
      defer { (fares.isWorking, fares.problem) = (true, nil) }
      return !fares.isWorking && fares.failures > 0
    }
    if recovered {
      logger.notice(
        "\(settings.path): the history is written again; \(queue.droppedCount) records were lost so far")
    }
  }

  private func failed(_ error: HistoryError) {
    let isNew = fares.withLock { fares in
      fares.failures += 1
      defer { (fares.isWorking, fares.problem) = (false, error.description) }
      return fares.problem == nil
    }
    if isNew { logger.error("the history is not written: \(error); trying again") }
  }
}
