import Capture
import Logging

/// Takes frames from the source into the mailbox; opens the source anew when it fails, and lets it rest while nobody
/// watches.
final class CaptureLoop: Sendable {
  /// Why frames are not taken any more from a source that has not failed.
  private enum Pause {
    /// The source's end, or a stop.
    case ended
    /// Nobody watches.
    case idle
    /// It is to be opened with other settings.
    case reopening
  }

  private let settings: LiveSettings
  private let source: SourceOpening
  private let captured: Mailbox<Frame>
  private let measures: PipelineMeasures
  private let journal: CameraJournal
  private let decoding: DecodingHealth
  private let frames: FrameHub
  private let demand: Demand
  private let control: CaptureControl
  private let heartbeat: Heartbeat
  private let logger: Logger

  /// No wait is longer, so that the watchdog sees the loop turn.
  private static let longestWaitNanoseconds: UInt64 = 5_000_000_000
  /// Between two frames of a slowed camera. Shorter than half the shortest silence after which a camera is restarted.
  private static let slowPauseNanoseconds: UInt64 = 500_000_000
  private static let idleReason = "nobody watches, so the camera is closed; it opens for the next viewer"

  init(
    settings: LiveSettings, source: SourceOpening, captured: Mailbox<Frame>, measures: PipelineMeasures,
    journal: CameraJournal, decoding: DecodingHealth, frames: FrameHub, demand: Demand,
    control: CaptureControl, heartbeat: Heartbeat, logger: Logger
  ) {
    self.settings = settings
    self.source = source
    self.captured = captured
    self.measures = measures
    self.journal = journal
    self.decoding = decoding
    self.frames = frames
    self.demand = demand
    self.control = control
    self.heartbeat = heartbeat
    self.logger = logger
  }

  /// Runs until the source's end, a final failure or a stop.
  func run() -> Pipeline.Ending {
    var failure: CaptureError?
    defer {
      measures.sourceBecame(.ended(reason: failure?.description))
      captured.close()
      heartbeat.end()
    }
    var pause = settings.value.reopenSeconds.lowerBound
    var opening: UInt64 = 0
    while !control.stop.isRaised {
      beat()
      if isIdle(.close) {
        rest()
        continue
      }
      opening += 1
      do {
        switch try capture(opening: opening, succeeded: { pause = settings.value.reopenSeconds.lowerBound }) {
        case .ended: return .finished
        case .idle, .reopening: break
        }
      } catch {
        let settings = settings.value
        if settings.recovery == .end {
          journal.failed(error)
          failure = error
          return .failed(error)
        }
        let reason = error.description
        // Before the record: who is told by it looks at the state.
        let isNews = measures.sourceBecame(.waiting(reason: reason))
        journal.failed(error)
        if isNews { logger.warning("\(reason); trying again") }
        let hasNews = waitForSource(seconds: pause)
        // Two programs that want one camera wake each other: news, and no reason to hope.
        pause =
          hasNews && !error.isBusy
          ? settings.reopenSeconds.lowerBound : min(pause * 2, settings.reopenSeconds.upperBound)
      }
    }
    return .finished
  }

  /// Opens the source and takes frames until there is a reason not to; `succeeded` is called with the first frame.
  private func capture(opening: UInt64, succeeded: () -> Void) throws(CaptureError) -> Pause {
    let source = try source.open(control.stop)
    decoding.good()
    var isRunning = false
    // Once the source is gone its last picture is no picture of now; the notices after it are.
    defer { if isRunning { frames.forgetLatest() } }
    var onlyAfter = MonotonicTime(nanoseconds: 0)
    while true {
      beat()
      let event = try source.next()
      switch event {
      case .frame(let frame) where frame.capturedAt < onlyAfter: measures.framesDropped(.superseded)
      case .frame(var frame):
        frame.opening = opening
        if !isRunning {
          isRunning = true
          measures.sourceBecame(.running, description: source.description)
          journal.runs(description: source.description)
          logger.info("\(source.description)")
          succeeded()
        }
        measures.frameCaptured()
        if captured.put(frame) != nil { measures.framesDropped(.superseded) }
      case .dropped(let reason, let count): measures.framesDropped(reason, count: count)
      case .idle: break
      case .end: return .ended
      }
      if control.stop.isRaised { return .ended }
      if control.reopening.clear() { return .reopening }
      try checkDecoding()
      if isIdle(.close) { return .idle }
      // What the driver lost meanwhile is told event by event, and is no frame to rest after.
      if case .frame = event, isIdle(.slow) { onlyAfter = pauseBetweenSlowFrames() ?? onlyAfter }
    }
  }

  private func checkDecoding() throws(CaptureError) {
    let settings = settings.value
    guard let name = settings.device, decoding.isBad(forSeconds: settings.undecodableSeconds) else {
      return
    }
    throw .unreadable(
      path: name,
      reason:
        "none of the frames of the last \(Int(settings.undecodableSeconds.rounded())) s can be decoded; "
        + "the camera is opened anew")
  }

  private func isIdle(_ policy: PipelineSettings.IdlePolicy) -> Bool {
    let settings = settings.value
    return settings.idle == policy && !demand.isPresent(withinSeconds: settings.idleAfterSeconds)
  }

  /// Waits until somebody watches, or a stop.
  private func rest() {
    if measures.sourceBecame(.waiting(reason: Self.idleReason)) { logger.info("\(Self.idleReason)") }
    journal.rests(reason: Self.idleReason)
    while isIdle(.close), !control.stop.isRaised {
      beat()
      // Taken back before the look at the demand above, so that nobody is missed.
      DescriptorWait.wait(
        for: [control.stop.fileDescriptor, demand.signal.fileDescriptor, control.reopening.fileDescriptor],
        until: .now.advanced(byNanoseconds: Self.longestWaitNanoseconds))
      demand.signal.clear()
      control.reopening.clear()
    }
    if !control.stop.isRaised { measures.sourceBecame(.starting) }
  }

  /// Lets the camera's frames pass for a while.
  ///
  /// - Returns: When somebody came: frames from before that are old.
  private func pauseBetweenSlowFrames() -> MonotonicTime? {
    demand.signal.clear()
    guard isIdle(.slow) else { return nil }
    let ready = DescriptorWait.wait(
      for: [demand.signal.fileDescriptor, control.stop.fileDescriptor, control.reopening.fileDescriptor],
      until: .now.advanced(byNanoseconds: Self.slowPauseNanoseconds))
    return ready.contains(0) ? .now : nil
  }

  /// Waits until the source may be back, at most for some seconds; whether there is reason to think so.
  private func waitForSource(seconds: Double) -> Bool {
    let deadline = MonotonicTime.now.advanced(byNanoseconds: UInt64(seconds * 1e9))
    while true {
      beat()
      let now = MonotonicTime.now
      let slice = min(deadline, now.advanced(byNanoseconds: Self.longestWaitNanoseconds))
      let hasNews = source.wait([control.stop.fileDescriptor, control.reopening.fileDescriptor], slice)
      if control.reopening.clear() || hasNews { return true }
      if control.stop.isRaised || MonotonicTime.now >= deadline { return false }
    }
  }

  private func beat() {
    heartbeat.beat()
    control.hangIfAsked()
  }
}

extension CaptureError {
  /// Whether another program has the camera.
  fileprivate var isBusy: Bool {
    if case .deviceBusy = self { return true }
    return false
  }
}
