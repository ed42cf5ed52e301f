import Capture
import Synchronization

/// Counts and clocks that the loops write and the status is made from.
final class PipelineMeasures: Sendable {
  private struct State {
    var source = PipelineStatus.SourceState.starting
    var sourceDescription = ""
    var captured = RateMeter()
    var published = RateMeter()
    var analysed = RateMeter()
    var framesCaptured: UInt64 = 0
    var framesPublished: UInt64 = 0
    var framesAnalysed: UInt64 = 0
    /// When a frame was last analysed, or the source last began to run.
    var labelsExpectedSince: MonotonicTime?
    var faceCount = 0
    var dropped: [DropReason: UInt64] = [:]
    var captureToEncodedNanoseconds: UInt64?
    var analysisNanoseconds: UInt64?
    var latencies: [LatencyStage: LatencyHistogram] = [:]
  }

  private let state = Mutex(State())

  /// Sets the source's state; true where it differs from the one before.
  @discardableResult
  func sourceBecame(_ source: PipelineStatus.SourceState, description: String? = nil) -> Bool {
    state.withLock { state in
      if let description { state.sourceDescription = description }
      if source == .running { state.labelsExpectedSince = MonotonicTime.now }
      defer { state.source = source }
      return state.source != source
    }
  }

  var source: PipelineStatus.SourceState { state.withLock { $0.source } }

  func frameCaptured() {
    let now = MonotonicTime.now
    state.withLock { state in
      state.captured.count(at: now)
      state.framesCaptured += 1
    }
  }

  func framesDropped(_ reason: DropReason, count: UInt64 = 1) {
    state.withLock { $0.dropped[reason, default: 0] += count }
  }

  func framePublished(capturedAt: MonotonicTime) {
    let now = MonotonicTime.now
    state.withLock { state in
      state.published.count(at: now)
      state.framesPublished += 1
      let latency = now.nanoseconds(since: capturedAt)
      state.captureToEncodedNanoseconds = latency
      state.latencies[.captureToEncoded, default: LatencyHistogram()].record(nanoseconds: latency)
    }
  }

  func frameAnalysed(startedAt: MonotonicTime, takenAt: MonotonicTime, faceCount: Int) {
    let now = MonotonicTime.now
    state.withLock { state in
      state.analysed.count(at: now)
      state.framesAnalysed += 1
      state.labelsExpectedSince = now
      state.faceCount = faceCount
      let duration = now.nanoseconds(since: startedAt)
      state.analysisNanoseconds = duration
      state.latencies[.analysis, default: LatencyHistogram()].record(nanoseconds: duration)
      state.latencies[.captureToLabelled, default: LatencyHistogram()]
        .record(nanoseconds: now.nanoseconds(since: takenAt))
    }
  }

  /// A stage that began at a moment is over now.
  func stageEnded(_ stage: LatencyStage, startedAt: MonotonicTime) {
    let duration = MonotonicTime.now.nanoseconds(since: startedAt)
    state.withLock { $0.latencies[stage, default: LatencyHistogram()].record(nanoseconds: duration) }
  }

  var status: PipelineStatus {
    let now = MonotonicTime.now
    return state.withLock { state in
      var status = PipelineStatus()
      status.source = state.source
      status.sourceDescription = state.sourceDescription
      status.capturedFramesPerSecond = state.captured.rate(at: now)
      status.publishedFramesPerSecond = state.published.rate(at: now)
      status.analysedFramesPerSecond = state.analysed.rate(at: now)
      status.secondsSinceAnalysis = state.labelsExpectedSince.map { Double(now.nanoseconds(since: $0)) / 1e9 }
      status.faceCount = state.faceCount
      status.framesCaptured = state.framesCaptured
      status.framesPublished = state.framesPublished
      status.framesAnalysed = state.framesAnalysed
      status.latencies = state.latencies
      for (reason, count) in state.dropped where count > 0 { status.framesDropped[reason.rawValue] = count }
      status.captureToEncodedMilliseconds = state.captureToEncodedNanoseconds.map { Double($0) / 1e6 }
      status.analysisMilliseconds = state.analysisNanoseconds.map { Double($0) / 1e6 }
      return status
    }
  }
}
