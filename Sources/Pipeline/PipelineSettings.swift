/// How a pipeline runs.
public struct PipelineSettings: Sendable, Equatable {
  /// What a source's failure means.
  public enum Recovery: Sendable, Equatable {
    /// A camera: wait and open it again, for ever.
    case reopen
    /// A file, or a camera under a supervisor: the pipeline ends with the error.
    case end
  }

  /// What a camera does while nobody wants frames or labels.
  public enum IdlePolicy: String, Sendable, Equatable, CaseIterable {
    /// It goes on.
    case keep
    /// It stays open, and two frames a second are looked at.
    case slow
    /// It is closed; whoever comes opens it.
    case close
  }

  /// JPEG quality of the stream, 1...100.
  public var jpegQuality = 80
  /// Whether a frame that a camera compressed is shown as it came where nothing is drawn on it.
  public var passesThrough = true
  /// Whether boxes and labels are drawn.
  public var drawsOverlay = true
  /// Analyses a second at most; frames between them show the newest labels.
  public var analysisFramesPerSecond = 15.0
  /// Every frame is analysed, nothing is dropped, and the source waits: for files that are worked through as
  /// fast as possible.
  public var isLossless = false
  /// What a failure of the source means.
  public var recovery = Recovery.reopen
  /// Pauses between attempts to open a source: from the first, doubled each time, up to the last, in seconds.
  public var reopenSeconds = 0.5...5.0
  /// What this source is called where a program has several, in every record; nil where there is one.
  public var name: String?
  /// The camera's device, by which the label stream tells how it fares; nil for a source that is no camera.
  public var device: String?
  /// What the source does while nobody watches.
  public var idle = IdlePolicy.keep
  /// For so long after the last viewer left, or the last question was asked, the source goes on, in seconds.
  public var idleAfterSeconds = 10.0
  /// A camera whose frames cannot be decoded for so long is opened anew, in seconds.
  public var undecodableSeconds = 10.0
  /// Labels older than this are not drawn any more, in seconds.
  public var overlayLifetimeSeconds = 1.0

  /// The defaults.
  public init() {}
}
