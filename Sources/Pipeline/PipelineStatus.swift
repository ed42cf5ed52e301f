/// How the pipeline fares at one moment: what `/healthz`, systemd's status line and the log show.
public struct PipelineStatus: Sendable, Equatable {
  /// Where the source stands.
  public enum SourceState: Sendable, Equatable {
    case starting
    case running
    /// The camera is away or refuses; the reason for people.
    case waiting(reason: String)
    /// A file came to its end, or the program stops; with a reason for people where the source failed instead.
    case ended(reason: String?)

    /// Whether nothing comes from it any more, whatever the reason.
    public var hasEnded: Bool {
      if case .ended = self { true } else { false }
    }
  }

  /// Where the source stands.
  public var source: SourceState = .starting
  /// The source in words: `/dev/video0 (HD Webcam), 640x480 MJPG at 30 fps`.
  public var sourceDescription = ""
  /// Frames a second over the last seconds: taken from the source, and published to viewers (0 while nobody
  /// watches).
  public var capturedFramesPerSecond = 0.0
  /// Frames a second that viewers were given; 0 while nobody watches.
  public var publishedFramesPerSecond = 0.0
  /// Analyses a second over the last seconds.
  public var analysedFramesPerSecond = 0.0
  /// How long ago the newest analysis was, or the source's first frame where that came later, in seconds; nil before
  /// there was one of them.
  public var secondsSinceAnalysis: Double?
  /// The time between two analyses that is aimed at, in seconds.
  public var analysisIntervalSeconds = 1.0 / 15
  /// Faces in the newest record.
  public var faceCount = 0
  /// Frames that the source gave since the start.
  public var framesCaptured: UInt64 = 0
  /// Frames that viewers were given since the start, each counted once.
  public var framesPublished: UInt64 = 0
  /// Frames that were analysed since the start.
  public var framesAnalysed: UInt64 = 0
  /// Dropped frames by reason, those with a count only. The keys are `DropReason` raw values.
  public var framesDropped: [String: UInt64] = [:]
  /// How long the newest frame took from capture to encoded, in milliseconds; nil before the first.
  public var captureToEncodedMilliseconds: Double?
  /// How long the newest analysis took, in milliseconds; nil before the first.
  public var analysisMilliseconds: Double?

  /// How long each stage took, those that were gone through.
  public var latencies: [LatencyStage: LatencyHistogram] = [:]

  /// How the camera fared so far.
  public var camera = CameraStatus()

  /// A pipeline that has just been made.
  public init() {}
}
