import Capture
import Faces
import Imaging
import Logging

/// Decodes frames, hands them to the analysis, draws the newest labels, encodes once and publishes. What nobody
/// needs is not done: no decoding while neither analysis nor viewers want the frame, no encoding without
/// viewers.
final class DisplayLoop: Sendable {
  private static let placeholderSeconds = 1.0

  private let settings: PipelineSettings
  private let captured: Mailbox<Frame>
  private let toAnalyse: Mailbox<AnalysisRequest>
  private let analysis: AnalysisLoop
  private let frames: FrameHub
  private let labels: LabelHub
  private let measures: PipelineMeasures
  private let heartbeat: Heartbeat
  private let logger: Logger

  init(
    settings: PipelineSettings, captured: Mailbox<Frame>, toAnalyse: Mailbox<AnalysisRequest>,
    analysis: AnalysisLoop, frames: FrameHub, labels: LabelHub, measures: PipelineMeasures,
    heartbeat: Heartbeat, logger: Logger
  ) {
    self.settings = settings
    self.captured = captured
    self.toAnalyse = toAnalyse
    self.analysis = analysis
    self.frames = frames
    self.labels = labels
    self.measures = measures
    self.heartbeat = heartbeat
    self.logger = logger
  }

  /// Runs until the mailbox is closed and empty.
  func run() {
    defer {
      toAnalyse.close()
      // Where this loop fails, the capture thread must not wait for it for ever.
      captured.close()
      heartbeat.end()
    }
    do {
      var state = State(decoder: try JPEGDecoder(), encoder: try JPEGEncoder())
      while true {
        heartbeat.beat()
        switch captured.take(timeoutSeconds: Self.placeholderSeconds) {
        case .value(let frame): try show(frame, &state)
        case .timedOut: try showPlaceholder(&state)
        case .closed: return
        }
      }
    } catch {
      logger.error("the stream ends: \(error.description)")
    }
  }

  private struct State {
    let decoder: JPEGDecoder
    let encoder: JPEGEncoder
    var nextAnalysis = MonotonicTime(nanoseconds: 0)
    var size = (width: 640, height: 480)
    var placeholders: UInt64 = 0
  }

  private func show(_ frame: Frame, _ state: inout State) throws(ImagingError) {
    let isWatched = frames.isWatched
    let wantsAnalysis = settings.isLossless || (frame.capturedAt >= state.nextAnalysis && !toAnalyse.isFull)
    guard isWatched || wantsAnalysis else { return }
    guard var picture = decode(frame.payload, state.decoder) else { return }
    state.size = (picture.width, picture.height)
    let wallClock = WallClock.nanosecondsSince1970(at: frame.capturedAt)
    if wantsAnalysis {
      let request = AnalysisRequest(
        picture: picture, sequence: frame.sequence, capturedAt: frame.presentationTime,
        wallClockNanoseconds: wallClock, name: frame.name)
      if settings.isLossless {
        analysis.analyze(request)
      } else {
        scheduleNextAnalysis(after: frame.capturedAt, &state)
        toAnalyse.put(request)
      }
    }
    guard isWatched else { return }
    if settings.drawsOverlay { drawLabels(on: &picture, at: wallClock) }
    let jpeg = try state.encoder.encode(picture, quality: settings.jpegQuality)
    measures.framePublished(capturedAt: frame.capturedAt)
    frames.publish(
      EncodedFrame(
        jpeg: jpeg, width: picture.width, height: picture.height, sequence: frame.sequence,
        capturedAt: frame.capturedAt, wallClockNanoseconds: wallClock))
  }

  private func decode(_ payload: Frame.Payload, _ decoder: JPEGDecoder) -> Picture? {
    switch payload {
    case .picture(let picture): return picture
    case .jpeg(let bytes):
      do { return try decoder.decode(bytes) } catch {
        measures.framesDropped(.undecodable)
        return nil
      }
    }
  }

  /// Keeps the rhythm of the analysis rate where frames come a little early or late.
  private func scheduleNextAnalysis(after time: MonotonicTime, _ state: inout State) {
    let interval = UInt64(1e9 / settings.analysisFramesPerSecond)
    let next = state.nextAnalysis.advanced(byNanoseconds: interval)
    state.nextAnalysis = next > time ? next : time.advanced(byNanoseconds: interval * 9 / 10)
  }

  private func drawLabels(on picture: inout Picture, at wallClock: UInt64) {
    guard let record = labels.latest, record.width == picture.width, record.height == picture.height else {
      return
    }
    let age =
      Double(wallClock > record.wallClockNanoseconds ? wallClock - record.wallClockNanoseconds : 0) / 1e9
    if age <= settings.overlayLifetimeSeconds { Annotator.draw(record.faces, on: &picture) }
  }

  /// Shows why there is no picture, while there is none and somebody watches.
  private func showPlaceholder(_ state: inout State) throws(ImagingError) {
    guard frames.isWatched else { return }
    let (title, detail): (String, String)
    switch measures.source {
    case .starting: (title, detail) = ("Starting", "")
    case .waiting(let reason): (title, detail) = ("No camera picture", reason)
    case .running: (title, detail) = ("No camera picture", "The camera sends no frames.")
    case .ended: return
    }
    let picture = try Placeholder.picture(
      width: state.size.width, height: state.size.height, title: title, detail: detail)
    let now = MonotonicTime.now
    state.placeholders += 1
    frames.publish(
      EncodedFrame(
        jpeg: try state.encoder.encode(picture, quality: settings.jpegQuality), width: picture.width,
        height: picture.height, sequence: state.placeholders, capturedAt: now,
        wallClockNanoseconds: WallClock.nanosecondsSince1970(at: now), isPlaceholder: true))
  }
}

extension Frame {
  /// The frame's place on the timeline that faces are followed along: a file's own time where it has one, so
  /// that a video analysed faster or slower than it plays is smoothed the same.
  fileprivate var presentationTime: MonotonicTime {
    presentationNanoseconds.map { MonotonicTime(nanoseconds: $0) } ?? capturedAt
  }
}
