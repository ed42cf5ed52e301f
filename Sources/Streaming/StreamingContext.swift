import Pipeline

/// What the HTTP server may see of the daemon.
public struct StreamingContext: Sendable {
  /// Where encoded frames come from. The server subscribes only while somebody watches.
  public var frames: FrameHub
  /// Where label records come from.
  public var labels: LabelHub
  /// What program this is.
  public var program: ProgramDescription
  /// How the pipeline fares now. Called on the server's thread for every `/healthz`, `/readyz`, `/state` and
  /// `/metrics`: it must return at once.
  public var status: @Sendable () -> PipelineStatus

  /// What the server is handed at its start.
  public init(
    frames: FrameHub, labels: LabelHub, program: ProgramDescription = ProgramDescription(),
    status: @escaping @Sendable () -> PipelineStatus
  ) {
    self.frames = frames
    self.labels = labels
    self.program = program
    self.status = status
  }
}
