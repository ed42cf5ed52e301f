import NIOCore
import Pipeline
import Synchronization

/// Brings each label record to all readers of `/events`: it goes into the history once, and each event loop with
/// readers is woken once.
final class EventStream: Sendable {
  let history = EventHistory(
    maximumCount: HTTPLimits.eventHistoryCount, maximumBytes: HTTPLimits.eventHistoryBytes)
  private let branches: [EventBranch]
  private let subscription: LabelHub.Subscription

  init(
    labels: LabelHub, eventLoops: [any EventLoop], configuration: HTTPServerConfiguration,
    measures: StreamingMeasures
  ) {
    branches = eventLoops.map {
      EventBranch(eventLoop: $0, labels: labels, configuration: configuration, measures: measures)
    }
    // The history alone is no reason to let the camera run.
    subscription = labels.subscribe(isConsumer: false) { [history, branches] record in
      history.append(record)
      for branch in branches { branch.wake() }
    }
  }

  /// Clients that read now.
  var readerCount: Int { branches.reduce(0) { $0 + $1.readerCount } }

  /// The stream on an event loop; nil where the loop is not one of the server's.
  func branch(on eventLoop: any EventLoop) -> EventBranch? {
    branches.first { $0.eventLoop === eventLoop }
  }
}

/// The readers of one event loop.
final class EventBranch: Sendable {
  /// Touched on the event loop alone.
  private struct Local {
    var readers: [ObjectIdentifier: EventReader] = [:]
    var clock: RepeatedTask?
    /// Tells the label hub that somebody reads.
    var subscription: LabelHub.Subscription?
  }

  private struct Wish {
    /// Without readers the event loop may be gone, and must not be called.
    var readerCount = 0
    var isWakingUp = false
  }

  let eventLoop: any EventLoop
  let measures: StreamingMeasures
  private let labels: LabelHub
  private let sendTimeout: TimeAmount
  private let heartbeatInterval: TimeAmount
  private let local: NIOLoopBoundBox<Local>
  private let wish = Mutex(Wish())

  init(
    eventLoop: any EventLoop, labels: LabelHub, configuration: HTTPServerConfiguration,
    measures: StreamingMeasures
  ) {
    self.eventLoop = eventLoop
    self.labels = labels
    self.measures = measures
    sendTimeout = TimeAmount(configuration.streamSendTimeout)
    heartbeatInterval = TimeAmount(configuration.eventHeartbeatInterval)
    local = NIOLoopBoundBox.makeBoxSendingValue(Local(), eventLoop: eventLoop)
  }

  /// Clients that read now.
  var readerCount: Int { wish.withLock { $0.readerCount } }

  /// There is a new record. From any thread; returns at once.
  func wake() {
    wish.withLock { wish in
      guard wish.readerCount > 0, !wish.isWakingUp else { return }
      wish.isWakingUp = true
      eventLoop.execute { self.sendNewRecords() }
    }
  }

  // MARK: On the event loop

  func add(_ reader: EventReader) {
    if local.value.readers.isEmpty {
      startClock()
      local.value.subscription = labels.subscribe { _ in }
    }
    local.value.readers[ObjectIdentifier(reader)] = reader
    wish.withLock { $0.readerCount += 1 }
  }

  func remove(_ reader: EventReader) {
    guard local.value.readers.removeValue(forKey: ObjectIdentifier(reader)) != nil else { return }
    wish.withLock { $0.readerCount -= 1 }
    guard local.value.readers.isEmpty else { return }
    local.value.clock?.cancel()
    local.value.clock = nil
    local.value.subscription = nil
  }

  private func sendNewRecords() {
    wish.withLock { $0.isWakingUp = false }
    for reader in local.value.readers.values { reader.sendNewRecords() }
  }

  private func startClock() {
    let period = TimeAmount.nanoseconds(
      max(1_000_000, min(sendTimeout.nanoseconds, heartbeatInterval.nanoseconds) / 4))
    local.value.clock = eventLoop.scheduleRepeatedTask(initialDelay: period, delay: period) { [weak self] _ in
      self?.lookAfterReaders()
    }
  }

  private func lookAfterReaders() {
    let now = NIODeadline.now()
    for reader in local.value.readers.values {
      reader.lookAfter(now: now, heartbeatInterval: heartbeatInterval, sendTimeout: sendTimeout)
    }
  }
}
