import Capture
import Logging

/// Takes frames from the source into the mailbox; opens the source anew when it fails.
final class CaptureLoop: Sendable {
  private let settings: PipelineSettings
  private let openSource: Pipeline.SourceOpener
  private let captured: Mailbox<Frame>
  private let measures: PipelineMeasures
  private let stopSignal: StopSignal
  private let heartbeat: Heartbeat
  private let logger: Logger

  init(
    settings: PipelineSettings, openSource: @escaping Pipeline.SourceOpener, captured: Mailbox<Frame>,
    measures: PipelineMeasures, stopSignal: StopSignal, heartbeat: Heartbeat, logger: Logger
  ) {
    self.settings = settings
    self.openSource = openSource
    self.captured = captured
    self.measures = measures
    self.stopSignal = stopSignal
    self.heartbeat = heartbeat
    self.logger = logger
  }

  /// Runs until the source's end, a final failure or a stop.
  func run() -> Pipeline.Ending {
    defer {
      measures.sourceBecame(.ended)
      captured.close()
      heartbeat.end()
    }
    var pause = settings.reopenSeconds.lowerBound
    while !stopSignal.isRaised {
      heartbeat.beat()
      do {
        try capture { pause = settings.reopenSeconds.lowerBound }
        return .finished
      } catch {
        let reason = error.description
        if settings.recovery == .end { return .failed(error) }
        if measures.sourceBecame(.waiting(reason: reason)) { logger.warning("\(reason); trying again") }
        stopSignal.wait(until: .now.advanced(byNanoseconds: UInt64(pause * 1e9)))
        pause = min(pause * 2, settings.reopenSeconds.upperBound)
      }
    }
    return .finished
  }

  /// Opens the source and takes frames until its end; `succeeded` is called with the first frame.
  private func capture(succeeded: () -> Void) throws(CaptureError) {
    let source = try openSource(stopSignal)
    var isRunning = false
    while true {
      heartbeat.beat()
      switch try source.next() {
      case .frame(let frame):
        if !isRunning {
          isRunning = true
          measures.sourceBecame(.running, description: source.description)
          logger.info("\(source.description)")
          succeeded()
        }
        measures.frameCaptured()
        if captured.put(frame) != nil { measures.framesDropped(.superseded) }
      case .dropped(let reason, let count): measures.framesDropped(reason, count: count)
      case .idle: break
      case .end: return
      }
      if stopSignal.isRaised { return }
    }
  }
}
