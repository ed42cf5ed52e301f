import Capture
import Faces
import Imaging
import Logging

/// Decodes frames, hands them to the analysis, draws the newest labels, encodes once and publishes. What nobody
/// needs is not done: no decoding while neither analysis nor viewers want the frame, no encoding without
/// viewers.
final class DisplayLoop: Sendable {
  private static let placeholderSeconds = 1.0
  /// A camera that gives nothing of use for so long is said to be silent.
  private static let silenceSeconds = 2.0

  private let liveSettings: LiveSettings
  private let captured: Mailbox<Frame>
  private let toAnalyse: Mailbox<AnalysisRequest>
  private let analysis: AnalysisLoop
  private let frames: FrameHub
  private let labels: LabelHub
  private let measures: PipelineMeasures
  private let decoding: DecodingHealth
  private let heartbeat: Heartbeat
  private let logger: Logger

  init(
    settings: LiveSettings, captured: Mailbox<Frame>, toAnalyse: Mailbox<AnalysisRequest>,
    analysis: AnalysisLoop, frames: FrameHub, labels: LabelHub, measures: PipelineMeasures,
    decoding: DecodingHealth, heartbeat: Heartbeat, logger: Logger
  ) {
    liveSettings = settings
    self.decoding = decoding
    self.captured = captured
    self.toAnalyse = toAnalyse
    self.analysis = analysis
    self.frames = frames
    self.labels = labels
    self.measures = measures
    self.heartbeat = heartbeat
    self.logger = logger
  }

  private var settings: PipelineSettings { liveSettings.value }
  private var analysisIntervalNanoseconds: UInt64 { UInt64(1e9 / settings.analysisFramesPerSecond) }

  /// Runs until the mailbox is closed and empty.
  func run() {
    defer {
      toAnalyse.close()
      // Where this loop fails, the capture thread must not wait for it for ever.
      captured.close()
      // After the last frame: whoever watches has seen it then.
      frames.end()
      heartbeat.end()
    }
    do {
      var state = State(decoder: try JPEGDecoder(), encoder: try JPEGEncoder())
      while true {
        heartbeat.beat()
        let taken = captured.take(timeoutSeconds: Self.placeholderSeconds)
        if case .closed = taken { return }
        do throws(ImagingError) {
          if case .value(let frame) = taken {
            if try show(frame, &state) { state.lastUsable = .now }
            if state.isSilent(forSeconds: Self.silenceSeconds) { try showPlaceholder(&state) }
          } else {
            try showPlaceholder(&state)
          }
          state.complaint = nil
        } catch {
          // A picture that cannot be made is no reason to make none of the next.
          measures.framesDropped(.unencodable)
          if state.complaint != error.description { logger.error("no picture: \(error.description)") }
          state.complaint = error.description
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
    /// When a frame last was of use, or was not wanted.
    var lastUsable = MonotonicTime.now
    var lastPlaceholder = MonotonicTime(nanoseconds: 0)
    /// What was logged last, until a picture succeeds.
    var complaint: String?

    func isSilent(forSeconds seconds: Double) -> Bool {
      Double(MonotonicTime.now.nanoseconds(since: lastUsable)) / 1e9 >= seconds
    }
  }

  /// Shows a frame to everyone who wants it; false where it cannot be decoded.
  private func show(_ frame: Frame, _ state: inout State) throws(ImagingError) -> Bool {
    let settings = settings
    let isWatched = frames.isWatched
    let wantsAnalysis = settings.isLossless || isAnalysisDue(at: frame.capturedAt, &state)
    guard isWatched || wantsAnalysis else { return true }
    guard let picture = decode(frame, state.decoder) else { return false }
    state.size = (picture.width, picture.height)
    let wallClock = WallClock.nanosecondsSince1970(at: frame.capturedAt)
    if wantsAnalysis {
      let request = AnalysisRequest(
        picture: picture, sequence: frame.sequence, opening: frame.opening,
        capturedAt: frame.presentationTime, takenAt: frame.capturedAt, wallClockNanoseconds: wallClock,
        name: frame.name)
      if settings.isLossless {
        analysis.analyze(request)
      } else {
        scheduleNextAnalysis(after: frame.capturedAt, &state)
        toAnalyse.put(request)
      }
    }
    guard isWatched else { return true }
    let faces = settings.drawsOverlay ? facesToDraw(on: picture, at: wallClock) : []
    try publish(
      picture, faces: faces, original: original(of: frame, picture, state.decoder), state.encoder
    ) { jpeg, width, height in
      EncodedFrame(
        jpeg: jpeg, width: width, height: height, sequence: frame.sequence, capturedAt: frame.capturedAt,
        wallClockNanoseconds: wallClock)
    }
    return true
  }

  /// Publishes a picture in every variant that somebody watches.
  private func publish(
    _ picture: Picture, faces: [LabelledFace], original: [UInt8]?, _ encoder: JPEGEncoder,
    as frame: (_ jpeg: [UInt8], _ width: Int, _ height: Int) -> EncodedFrame
  ) throws(ImagingError) {
    var encoding = VariantEncoding(
      picture, faces: faces, quality: settings.jpegQuality, encoder: encoder, original: original)
    var isFirst = true
    for variant in frames.watchedVariants {
      let start = MonotonicTime.now
      let output = try encoding.output(variant)
      let frame = frame(output.jpeg, output.width, output.height)
      measures.stageEnded(.encode, startedAt: start)
      if isFirst, !frame.isPlaceholder { measures.framePublished(capturedAt: frame.capturedAt) }
      isFirst = false
      frames.publish(frame, as: variant)
    }
  }

  /// What the camera sent, where that may be shown as it is. It was decoded just before, so it is whole; bytes too many,
  /// which that decoder accepts, another one may not.
  private func original(of frame: Frame, _ picture: Picture, _ decoder: JPEGDecoder) -> [UInt8]? {
    guard settings.passesThrough, !frame.lacksEnd, !decoder.hasAcceptedFault,
      case .jpeg(let bytes) = frame.payload,
      PlainJPEG.isPlain(bytes, width: picture.width, height: picture.height)
    else { return nil }
    return bytes
  }

  private func decode(_ frame: Frame, _ decoder: JPEGDecoder) -> Picture? {
    switch frame.payload {
    case .picture(let picture):
      decoding.good()
      return picture
    case .jpeg(let bytes):
      let start = MonotonicTime.now
      do {
        // With an end that we added, bytes too many would hide that the rest was cut.
        let picture = try decoder.decode(bytes, accepting: frame.lacksEnd ? .whole : .padded)
        measures.stageEnded(.decode, startedAt: start)
        decoding.good()
        return picture
      } catch {
        decoding.failed()
        measures.framesDropped(frame.lacksEnd ? .truncated : .undecodable)
        return nil
      }
    }
  }

  /// Whether a frame of this time is to be analysed.
  private func isAnalysisDue(at time: MonotonicTime, _ state: inout State) -> Bool {
    // The moment was set by the rate of then: a higher one does not wait for it.
    state.nextAnalysis = min(state.nextAnalysis, time.advanced(byNanoseconds: analysisIntervalNanoseconds))
    return time >= state.nextAnalysis && !toAnalyse.isFull
  }

  /// Keeps the rhythm of the analysis rate where frames come a little early or late.
  private func scheduleNextAnalysis(after time: MonotonicTime, _ state: inout State) {
    let interval = analysisIntervalNanoseconds
    let next = state.nextAnalysis.advanced(byNanoseconds: interval)
    state.nextAnalysis = next > time ? next : time.advanced(byNanoseconds: interval * 9 / 10)
  }

  private func facesToDraw(on picture: Picture, at wallClock: UInt64) -> [LabelledFace] {
    guard let record = labels.newest, record.width == picture.width, record.height == picture.height else {
      return []
    }
    let age =
      Double(wallClock > record.wallClockNanoseconds ? wallClock - record.wallClockNanoseconds : 0) / 1e9
    return age <= settings.overlayLifetimeSeconds ? record.faces : []
  }

  /// Shows why there is no picture, while there is none and somebody watches.
  private func showPlaceholder(_ state: inout State) throws(ImagingError) {
    let now = MonotonicTime.now
    let sincePlaceholder = Double(now.nanoseconds(since: state.lastPlaceholder)) / 1e9
    guard frames.isWatched, sincePlaceholder >= Self.placeholderSeconds * 0.9 else { return }
    let (title, detail): (String, String)
    switch measures.source {
    case .starting:
      // A film begins with its first frame.
      guard settings.device != nil else { return }
      (title, detail) = ("Starting", "")
    case .waiting(let reason): (title, detail) = ("No camera picture", reason)
    case .running:
      // A camera may be slow; pictures and films have their own rhythm.
      guard settings.device != nil, state.isSilent(forSeconds: Self.silenceSeconds) else { return }
      (title, detail) = ("No camera picture", "The camera sends no frames that can be used.")
    case .ended: return
    }
    state.lastPlaceholder = now
    let picture = try Placeholder.picture(
      width: state.size.width, height: state.size.height, title: title, detail: detail)
    state.placeholders += 1
    let sequence = state.placeholders
    try publish(picture, faces: [], original: nil, state.encoder) { jpeg, width, height in
      EncodedFrame(
        jpeg: jpeg, width: width, height: height, sequence: sequence, capturedAt: now,
        wallClockNanoseconds: WallClock.nanosecondsSince1970(at: now), isPlaceholder: true)
    }
  }
}

extension Frame {
  /// The frame's place on the timeline that faces are followed along: a file's own time where it has one, so
  /// that a video analysed faster or slower than it plays is smoothed the same.
  fileprivate var presentationTime: MonotonicTime {
    presentationNanoseconds.map { MonotonicTime(nanoseconds: $0) } ?? capturedAt
  }
}
