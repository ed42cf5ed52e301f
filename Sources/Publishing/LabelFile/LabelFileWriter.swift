import Capture
import Foundation
import Glibc
import Logging
import Pipeline
import Synchronization

/// Writes label records into a file on a thread of its own. A full disk stops neither the pipeline nor the writer: it
/// says so once, tries again, and counts what was lost.
public final class LabelFileWriter: Sendable {
  private static let capacity = 1024

  private let settings: LabelFileSettings
  private let queue: RecordQueue<[UInt8]>
  private let fares = Mutex(OutputStatus(name: "file", isWorking: true))
  private let logger: Logger
  private let onEnd: @Sendable (LineFile.Failure) -> Void
  private let done = DispatchGroup()

  /// Opens the file and starts.
  ///
  /// - Parameters:
  ///   - settings: See ``LabelFileSettings``.
  ///   - logger: Told of trouble and of its end, once each.
  ///   - onEnd: Called on the writing thread when nothing more is written after a failure.
  /// - Throws: Where the file cannot be opened, or another program writes to it.
  public init(
    settings: LabelFileSettings, logger: Logger,
    onEnd: @escaping @Sendable (LineFile.Failure) -> Void = { _ in }
  ) throws(LineFile.Failure) {
    self.settings = settings
    self.logger = logger
    self.onEnd = onEnd
    queue = RecordQueue(capacity: Self.capacity, policy: settings.onFailure == .end ? .wait : .dropOldest)
    // Opened here so that a mistake is known at once; a disk that is full can be waited for.
    var file = RotatingLineFile(settings)
    try file.open()
    _ = consume file
    done.enter()
    let thread = Thread { [self] in
      writeRecords()
      done.leave()
    }
    thread.name = "labels"
    thread.start()
  }

  /// Queues one record, without its line feed.
  public func write(_ line: String) { queue.append(Array((line + "\n").utf8)) }

  /// How it fares.
  public var status: OutputStatus {
    var status = fares.withLock { $0 }
    status.waiting = queue.count
    status.dropped = queue.droppedCount
    return status
  }

  /// Writes what waits and ends; gives up after a while where the disk does not take it.
  public func finish(withinSeconds seconds: Double) {
    queue.finish()
    if done.wait(timeout: .now() + seconds) == .timedOut {
      logger.warning("\(settings.path): the disk takes no records; those that wait are lost")
    }
  }

  private func writeRecords() {
    var file = RotatingLineFile(settings)
    var synchronizedAt = MonotonicTime.now
    var isSynchronized = true
    while true {
      let due = synchronizedAt.advanced(byNanoseconds: 1_000_000_000)
      let lines = queue.takeAll(until: isSynchronized ? nil : due)
      if lines.isEmpty, queue.isFinished { break }
      guard append(lines, to: &file) else { return }
      if !lines.isEmpty { isSynchronized = false }
      if MonotonicTime.now >= due {
        synchronize(&file)
        file.followName()
        synchronizedAt = .now
        isSynchronized = true
      }
    }
    synchronize(&file)
  }

  /// Writes lines and puts back what cannot be written; false where the writer ends.
  private func append(_ lines: [[UInt8]], to file: inout RotatingLineFile) -> Bool {
    for (index, line) in lines.enumerated() {
      do throws(LineFile.Failure) {
        try file.append(line)
      } catch {
        return failed(error, unwritten: Array(lines[index...]))
      }
      succeeded()
      if settings.synchronization == .record { synchronize(&file) }
    }
    return true
  }

  private func synchronize(_ file: inout RotatingLineFile) {
    guard settings.synchronization != .never else { return }
    do throws(LineFile.Failure) { try file.synchronize() } catch { report(error) }
  }

  private func succeeded() {
    let recovered = fares.withLock { fares in
      fares.written += 1
      defer { (fares.isWorking, fares.problem) = (true, nil) }
      return !fares.isWorking
    }
    if recovered {
      logger.notice("\(settings.path): records are written again; \(queue.droppedCount) were lost so far")
    }
  }

  private func failed(_ failure: LineFile.Failure, unwritten: [[UInt8]]) -> Bool {
    report(failure)
    if settings.onFailure == .end {
      queue.finish()
      onEnd(failure)
      return false
    }
    queue.putBack(unwritten)
    guard !queue.isFinished else { return false }
    queue.waitUnlessFinished(until: .now.advanced(byNanoseconds: UInt64(settings.retrySeconds * 1e9)))
    return true
  }

  private func report(_ failure: LineFile.Failure) {
    let isNew = fares.withLock { fares in
      fares.failures += 1
      defer { (fares.isWorking, fares.problem) = (false, failure.description) }
      return fares.isWorking
    }
    if isNew, settings.onFailure == .retry {
      logger.error("\(settings.path): no records are written: \(failure); trying again")
    }
  }
}
