import Pipeline

/// What the HTTP server may see of the daemon.
public struct StreamingContext: Sendable {
  /// Where encoded frames come from. The server subscribes only while somebody watches.
  public var frames: FrameHub
  /// Where the newest label record is.
  public var labels: LabelHub
  /// How the pipeline fares now. Called on the server's thread for every `/healthz`: it must return at once.
  public var status: @Sendable () -> PipelineStatus

  /// What the server is handed at its start.
  public init(frames: FrameHub, labels: LabelHub, status: @escaping @Sendable () -> PipelineStatus) {
    self.frames = frames
    self.labels = labels
    self.status = status
  }
}
