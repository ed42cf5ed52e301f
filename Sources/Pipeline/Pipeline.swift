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
  public let frames: FrameHub
  /// A record for each analysed frame, and for each change of the camera.
  public let labels: LabelHub
  /// One for each loop; see ``Heartbeat``.
  public let heartbeats: [Heartbeat]

  private let liveSettings: LiveSettings
  private let control = CaptureControl()
  private let journal: CameraJournal
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
  public convenience init(
    settings: PipelineSettings, logger: Logger, analyzer: sending FaceAnalyzer,
    openSource: @escaping SourceOpener
  ) {
    self.init(
      settings: settings, logger: logger, analyzer: analyzer, source: SourceOpening(open: openSource))
  }

  /// - Parameters:
  ///   - settings: How it runs.
  ///   - logger: Told of changes of state, once each.
  ///   - analyzer: A ready analyser, which the pipeline's threads use from now on.
  ///   - source: What is watched.
  public init(
    settings: PipelineSettings, logger: Logger, analyzer: sending FaceAnalyzer, source: SourceOpening
  ) {
    let liveSettings = LiveSettings(settings)
    let demand = Demand()
    let decoding = DecodingHealth()
    self.liveSettings = liveSettings
    frames = FrameHub(demand: demand)
    labels = LabelHub(demand: demand)
    journal = CameraJournal(device: settings.device, name: settings.name, labels: labels)
    let captured = Mailbox<Frame>(policy: settings.isLossless ? .every : .newest)
    let toAnalyse = Mailbox<AnalysisRequest>(policy: .newest)
    let heartbeats = (0..<3).map { _ in Heartbeat() }
    self.heartbeats = heartbeats
    analysisLoop = AnalysisLoop(
      requests: toAnalyse, analyzer: analyzer, labels: labels, cameraName: settings.name, measures: measures,
      heartbeat: heartbeats[2], logger: logger)
    displayLoop = DisplayLoop(
      settings: liveSettings, captured: captured, toAnalyse: toAnalyse, analysis: analysisLoop,
      frames: frames,
      labels: labels, measures: measures, decoding: decoding, heartbeat: heartbeats[1], logger: logger)
    captureLoop = CaptureLoop(
      settings: liveSettings, source: source, captured: captured, measures: measures, journal: journal,
      decoding: decoding, frames: frames, demand: demand, control: control, heartbeat: heartbeats[0],
      logger: logger)
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
  public func stop() { control.stop.raise() }

  /// The settings in force. Those that can change while it runs take effect with the next frame: quality, overlay,
  /// rate of analysis, lifetime of the overlay, pauses, idling. Whether it is lossless is decided at the start.
  public var settings: PipelineSettings {
    get { liveSettings.value }
    set { liveSettings.value = newValue }
  }

  /// Opens the source anew, soon.
  public func reopenSource() { control.reopening.raise() }

  /// Makes the capture loop hang for ever, so that a watchdog can be tested on it.
  public func hang() { control.hang() }

  /// Waits until the source is at its end or ``stop()`` was called, and every frame that was taken is worked off.
  public func waitUntilEnded() async -> Ending {
    await withCheckedContinuation { continuation in
      threads.notify(queue: .global()) {
        continuation.resume(returning: self.ending.withLock { $0 } ?? .finished)
      }
    }
  }

  /// How the pipeline fares now.
  public var status: PipelineStatus {
    var status = measures.status
    status.camera = journal.status
    status.analysisIntervalSeconds = 1 / settings.analysisFramesPerSecond
    return status
  }

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
