import Capture
import Faces
import Imaging
import Logging
import Synchronization

/// A frame that is to be analysed.
struct AnalysisRequest: Sendable {
  let picture: Picture
  let sequence: UInt64
  /// See ``Frame/opening``.
  let opening: UInt64
  /// Its place on the timeline that faces are followed along.
  let capturedAt: MonotonicTime
  /// When it was taken, on the monotonic clock.
  let takenAt: MonotonicTime
  let wallClockNanoseconds: UInt64
  let name: String?
}

/// Analyses frames and publishes their labels.
///
/// Unchecked because the analyser is not Sendable: only one thread calls ``analyze(_:)`` in a pipeline's life,
/// the analysis thread or, where nothing may be lost, the display thread.
final class AnalysisLoop: @unchecked Sendable {
  /// What faces are followed within: one opening of the source, one size of its pictures.
  private struct Scene: Equatable {
    let opening: UInt64
    let width: Int
    let height: Int
  }

  private let requests: Mailbox<AnalysisRequest>
  private let analyzer: FaceAnalyzer
  private let labels: LabelHub
  private let cameraName: String?
  private let measures: PipelineMeasures
  private let heartbeat: Heartbeat
  private let logger: Logger
  private let hasFailed = Atomic<Bool>(false)
  private var scene: Scene?

  init(
    requests: Mailbox<AnalysisRequest>, analyzer: sending FaceAnalyzer, labels: LabelHub,
    cameraName: String?, measures: PipelineMeasures, heartbeat: Heartbeat, logger: Logger
  ) {
    self.requests = requests
    self.analyzer = analyzer
    self.labels = labels
    self.cameraName = cameraName
    self.measures = measures
    self.heartbeat = heartbeat
    self.logger = logger
  }

  /// Runs until the mailbox is closed and empty.
  func run() {
    defer { heartbeat.end() }
    while true {
      heartbeat.beat()
      switch requests.take(timeoutSeconds: 1) {
      case .value(let request): analyze(request)
      case .timedOut: continue
      case .closed: return
      }
    }
  }

  /// Analyses one frame and publishes its record.
  func analyze(_ request: AnalysisRequest) {
    let start = MonotonicTime.now
    forgetFacesOfAnotherScene(request)
    do {
      let faces =
        if request.name == nil {
          try analyzer.analyze(request.picture, atNanoseconds: request.capturedAt.nanoseconds)
        } else {
          try analyzer.analyzeStill(request.picture)
        }
      measures.frameAnalysed(startedAt: start, takenAt: request.takenAt, faceCount: faces.count)
      labels.publish(
        LabelRecord(
          wallClockNanoseconds: request.wallClockNanoseconds, frame: request.sequence,
          width: request.picture.width, height: request.picture.height, cameraName: cameraName,
          file: request.name, faces: faces))
    } catch {
      // A failing detector fails on every frame: once in the log is enough.
      if !hasFailed.exchange(true, ordering: .relaxed) { logger.error("\(error)") }
    }
  }

  /// Whoever sits where somebody sat before the camera was away may be somebody else, and a place in a picture of
  /// another size is another place. How long the camera was away says nothing: analyses may be ten seconds apart.
  private func forgetFacesOfAnotherScene(_ request: AnalysisRequest) {
    let scene = Scene(
      opening: request.opening, width: request.picture.width, height: request.picture.height)
    guard scene != self.scene else { return }
    self.scene = scene
    analyzer.reset()
  }
}
