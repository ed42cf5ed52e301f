import Capture
import NIOCore
import Pipeline
import Synchronization

/// The stream on one event loop: the newest part, and who is to see it.
///
/// No viewer has a queue. One that cannot take a part now is shown the newest one when it can, and never
/// sees those between.
final class MJPEGBranch: Sendable {
  /// Touched on the event loop alone.
  private struct Local {
    var viewers: [ObjectIdentifier: MJPEGViewer] = [:]
    /// Nil while there are no viewers: what there was would be old when the next one comes.
    var newest: MultipartFrame?
    /// Counts the values of `newest`.
    var generation: UInt64 = 0
    /// Whether `newest` is the last one there will be.
    var hasEnded = false
    var clock: RepeatedTask?
  }

  /// The part on its way to the event loop. A newer one takes its place.
  private struct Incoming {
    var part: MultipartFrame?
    /// Whether there are viewers. Without them the event loop may be gone, and must not be called.
    var isWanted = false
    /// Whether no part comes any more; stays so.
    var hasEnded = false
  }

  let eventLoop: any EventLoop
  private let sendTimeout: TimeAmount
  private let repeatInterval: TimeAmount
  private let freshAgeNanoseconds: Int64
  private let measures: StreamingMeasures
  private let local: NIOLoopBoundBox<Local>
  private let incoming = Mutex(Incoming())

  init(eventLoop: any EventLoop, configuration: HTTPServerConfiguration, measures: StreamingMeasures) {
    self.eventLoop = eventLoop
    self.measures = measures
    sendTimeout = TimeAmount(configuration.streamSendTimeout)
    repeatInterval = TimeAmount(configuration.streamRepeatInterval)
    freshAgeNanoseconds = TimeAmount(configuration.freshFrameAge).nanoseconds
    local = NIOLoopBoundBox.makeBoxSendingValue(Local(), eventLoop: eventLoop)
  }

  /// Shows a part to all viewers. From any thread; returns at once.
  func show(_ part: MultipartFrame) {
    incoming.withLock { incoming in
      guard incoming.isWanted else { return }
      let isOnItsWay = incoming.part != nil
      incoming.part = part
      if !isOnItsWay { eventLoop.execute { self.showIncoming() } }
    }
  }

  /// No part comes any more: viewers are let go once they have the last one. From any thread; returns at once.
  func end() {
    incoming.withLock { incoming in
      incoming.hasEnded = true
      if incoming.isWanted { eventLoop.execute { self.letViewersGo() } }
    }
  }

  // MARK: On the event loop

  /// Adds a viewer, and shows it the newest part.
  ///
  /// - Parameter latest: The newest frame there is, which may be old.
  func add(_ viewer: MJPEGViewer, latest: EncodedFrame?) {
    if local.value.newest == nil, let latest, isFresh(latest) { setNewest(MultipartFrame(latest)) }
    if local.value.viewers.isEmpty { startClock() }
    local.value.viewers[ObjectIdentifier(viewer)] = viewer
    incoming.withLock { incoming in
      incoming.isWanted = true
      // Not at once: the viewer is about to be counted.
      if incoming.hasEnded { eventLoop.execute { self.letViewersGo() } }
    }
    if let newest = local.value.newest, viewer.show(newest, generation: local.value.generation) {
      // It may have been taken long before this viewer came, so its age says nothing of the way to viewers.
      measures.frameSent(to: 1, capturedAt: nil)
    }
  }

  func remove(_ viewer: MJPEGViewer) {
    local.value.viewers[ObjectIdentifier(viewer)] = nil
    guard local.value.viewers.isEmpty else { return }
    incoming.withLock { incoming in
      incoming.part = nil
      incoming.isWanted = false
    }
    local.value.newest = nil
    local.value.clock?.cancel()
    local.value.clock = nil
  }

  /// Shows the newest part to a viewer that could not take it when it came, unless it had it.
  func showNewestLate(to viewer: MJPEGViewer) {
    if let newest = local.value.newest, viewer.show(newest, generation: local.value.generation) {
      measures.frameSent(to: 1, capturedAt: newest.capturedAt)
    }
    if local.value.hasEnded { viewer.leave() }
  }

  private func letViewersGo() {
    // The last part may still be on its way here.
    showIncoming()
    local.value.hasEnded = true
    for viewer in local.value.viewers.values { viewer.leave() }
  }

  private func setNewest(_ part: MultipartFrame) {
    local.value.newest = part
    local.value.generation += 1
  }

  private func showIncoming() {
    let part = incoming.withLock { incoming in
      defer { incoming.part = nil }
      return incoming.part
    }
    guard let part else { return }
    setNewest(part)
    let generation = local.value.generation
    let count = local.value.viewers.values.count { $0.show(part, generation: generation) }
    measures.frameSent(to: count, capturedAt: part.capturedAt)
  }

  private func isFresh(_ frame: EncodedFrame) -> Bool {
    MonotonicTime.now.nanoseconds(since: frame.capturedAt) <= UInt64(max(0, freshAgeNanoseconds))
  }

  private func startClock() {
    let period = TimeAmount.nanoseconds(
      max(1_000_000, min(sendTimeout.nanoseconds, repeatInterval.nanoseconds) / 4))
    local.value.clock = eventLoop.scheduleRepeatedTask(initialDelay: period, delay: period) { [weak self] _ in
      self?.lookAfterViewers()
    }
  }

  private func lookAfterViewers() {
    let now = NIODeadline.now()
    for viewer in local.value.viewers.values {
      viewer.lookAfter(
        now: now, newest: local.value.newest, generation: local.value.generation,
        repeatInterval: repeatInterval, sendTimeout: sendTimeout)
    }
  }
}
