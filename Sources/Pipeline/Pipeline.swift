import Capture
import Faces
import Foundation
import Logging
import Synchronization

/// From a source to labels and annotated frames, on three threads: capture, display (decode, annotate, encode)
/// and analysis. Neighbours hand frames over through mailboxes that hold one frame, so a slow step skips frames
/// and never delays the one before it.
public final class Pipeline: Sendable {
  /// Opens the source; called on the capture thread, again after each failure.
  public typealias SourceOpener = @Sendable (StopSignal) throws(CaptureError) -> any FrameSource
  /// Makes the analyser; called once on the thread that uses it.
  public typealias AnalyzerMaker = @Sendable () throws -> FaceAnalyzer

  /// How a pipeline came to its end.
  public enum Ending: Sendable, Equatable {
    /// The source's end, or ``stop()``.
    case finished
    /// The source failed and is not to be opened again.
    case failed(CaptureError)
  }

  /// Annotated frames for whoever watches.
  public let frames = FrameHub()
  /// A record for each analysed frame.
  public let labels = LabelHub()
  /// One for each loop; see ``Heartbeat``.
  public let heartbeats: [Heartbeat]

  private let stopSignal = StopSignal()
  private let measures = PipelineMeasures()
  private let captureLoop: CaptureLoop
  private let displayLoop: DisplayLoop
  private let analysisLoop: AnalysisLoop
  private let ending = Mutex<Ending?>(nil)
  private let threads = DispatchGroup()

  /// - Parameters:
  ///   - settings: How it runs.
  ///   - logger: Told of changes of state, once each.
  ///   - analyzer: A ready analyser, which the pipeline's threads use from now on.
  ///   - openSource: See ``SourceOpener``.
  public init(
    settings: PipelineSettings, logger: Logger, analyzer: sending FaceAnalyzer,
    openSource: @escaping SourceOpener
  ) {
    let captured = Mailbox<Frame>(policy: settings.isLossless ? .every : .newest)
    let toAnalyse = Mailbox<AnalysisRequest>(policy: .newest)
    let heartbeats = (0..<3).map { _ in Heartbeat() }
    self.heartbeats = heartbeats
    analysisLoop = AnalysisLoop(
      requests: toAnalyse, analyzer: analyzer, labels: labels, measures: measures, heartbeat: heartbeats[2],
      logger: logger)
    displayLoop = DisplayLoop(
      settings: settings, captured: captured, toAnalyse: toAnalyse, analysis: analysisLoop, frames: frames,
      labels: labels, measures: measures, heartbeat: heartbeats[1], logger: logger)
    captureLoop = CaptureLoop(
      settings: settings, openSource: openSource, captured: captured, measures: measures,
      stopSignal: stopSignal, heartbeat: heartbeats[0], logger: logger)
  }

  /// Starts the threads. Called once.
  public func start() {
    run("capture") {
      let ending = self.captureLoop.run()
      self.ending.withLock { $0 = ending }
    }
    run("display") { self.displayLoop.run() }
    run("analysis") { self.analysisLoop.run() }
  }

  /// Asks the threads to end. Returns at once; ``waitUntilEnded()`` waits.
  public func stop() { stopSignal.raise() }

  /// Waits until the source is at its end or ``stop()`` was called, and every frame that was taken is worked off.
  public func waitUntilEnded() async -> Ending {
    await withCheckedContinuation { continuation in
      threads.notify(queue: .global()) {
        continuation.resume(returning: self.ending.withLock { $0 } ?? .finished)
      }
    }
  }

  /// How the pipeline fares now.
  public var status: PipelineStatus { measures.status }

  private func run(_ name: String, _ body: @escaping @Sendable () -> Void) {
    threads.enter()
    let thread = Thread {
      body()
      self.threads.leave()
    }
    thread.name = name
    thread.start()
  }
}
