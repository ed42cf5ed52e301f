/// How fast a recording is played.
public enum PlaybackSpeed: String, Sendable, CaseIterable {
  /// Each frame when it is due.
  case realTime = "real"
  /// Every frame, as fast as they are asked for.
  case maximum = "max"
}

/// Plays a source that has a timeline of its own: hands out each frame when it is due.
///
///     let source = PacedSource(video, speed: .realTime, stop: stop)
///
/// Where whoever takes the frames falls behind, those that are overdue are skipped and counted as superseded.
/// Where the source itself is slow, nothing is skipped, for that would not help: the timeline waits for it.
/// Frames without a time pass as they come.
public final class PacedSource: FrameSource {
  /// What it is, for people: the source that is played.
  public var description: String { source.description }
  /// Frames a second as the source states them.
  public var nominalFramesPerSecond: Double? { source.nominalFramesPerSecond }

  /// What is later than this is not caught up with: the timeline begins anew at the late frame.
  private static let maximumLatenessNanoseconds: UInt64 = 1_000_000_000
  private static let assumedPeriodNanoseconds: UInt64 = 40_000_000
  /// Who takes the frames hears from a source at least this often: a watchdog may wait for it.
  private static let longestWaitNanoseconds: UInt64 = 1_000_000_000

  private let source: any FrameSource
  private let speed: PlaybackSpeed
  private let stop: StopSignal
  /// When the frame with presentation time 0 was due, or would have been; wraps around below 0.
  private var start: MonotonicTime?
  private var skipped: UInt64 = 0
  /// The frame after skipped ones, kept while they are reported.
  private var held: SourceEvent?
  private var pending: Frame?

  /// - Parameters:
  ///   - source: What is played; used by nobody else from now on.
  ///   - speed: How fast.
  ///   - stop: Ends the source; the same that `source` has.
  public init(_ source: any FrameSource, speed: PlaybackSpeed = .realTime, stop: StopSignal) {
    self.source = source
    self.speed = speed
    self.stop = stop
  }

  /// Waits until the next frame is due, a second at most.
  ///
  /// - Throws: ``CaptureError`` of the source.
  public func next() throws(CaptureError) -> SourceEvent {
    if let frame = pending {
      pending = nil
      return deliver(frame)
    }
    while true {
      let asked = MonotonicTime.now
      let event: SourceEvent
      if let held {
        event = held
        self.held = nil
      } else {
        event = try source.next()
      }
      guard speed == .realTime, case .frame(let frame) = event, let due = dueTime(of: frame) else {
        guard skipped > 0 else { return event }
        // What was skipped before the end is told before it.
        held = event
        defer { skipped = 0 }
        return .dropped(reason: .superseded, count: skipped)
      }
      let now = MonotonicTime.now
      if isSkippable(overdueNanoseconds: now.nanoseconds(since: due), waited: now.nanoseconds(since: asked)) {
        skipped += 1
        continue
      }
      guard skipped > 0 else { return deliver(frame) }
      defer { skipped = 0 }
      pending = frame
      return .dropped(reason: .superseded, count: skipped)
    }
  }

  /// Waits for a frame's moment, or keeps it where that is far away; it is gone where the signal is raised.
  private func deliver(_ frame: Frame) -> SourceEvent {
    guard let due = dueTime(of: frame) else { return .frame(frame) }
    let patience = MonotonicTime.now.advanced(byNanoseconds: Self.longestWaitNanoseconds)
    if stop.wait(until: min(due, patience)) { return .end }
    if patience < due {
      pending = frame
      return .idle
    }
    var frame = frame
    frame.capturedAt = .now
    let lateness = frame.capturedAt.nanoseconds(since: due)
    if lateness > Self.maximumLatenessNanoseconds { start = start?.advanced(byNanoseconds: lateness) }
    return .frame(frame)
  }

  private func dueTime(of frame: Frame) -> MonotonicTime? {
    guard let presentation = frame.presentationNanoseconds else { return nil }
    if let start { return start.advanced(byNanoseconds: presentation) }
    // The first frame is due now, whatever its time.
    let now = MonotonicTime.now
    start = MonotonicTime(nanoseconds: now.nanoseconds &- presentation)
    return now
  }

  /// Skipping helps where the frame after is there at once: where this one took less than half a period.
  private func isSkippable(overdueNanoseconds: UInt64, waited: UInt64) -> Bool {
    let period =
      source.nominalFramesPerSecond.flatMap { UInt64(exactly: (1e9 / $0).rounded()) }
      ?? Self.assumedPeriodNanoseconds
    return overdueNanoseconds > period && overdueNanoseconds <= Self.maximumLatenessNanoseconds
      && waited < period / 2
  }
}
