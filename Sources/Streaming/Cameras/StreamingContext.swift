import Pipeline

/// What the HTTP server may see of the daemon.
public struct StreamingContext: Sendable {
  /// What program this is.
  public var program: ProgramDescription
  /// At least one. The first is also the one of the paths that name no camera.
  public var cameras: [CameraContext]
  /// How files, brokers and databases fare that records are kept in. Called on the server's thread for every
  /// `/metrics`: it must return at once.
  public var outputs: @Sendable () -> [OutputStatus] = { [] }

  /// What the server is handed at its start.
  public init(program: ProgramDescription, cameras: [CameraContext]) {
    precondition(!cameras.isEmpty, "a server without a camera has nothing to show")
    self.program = program
    self.cameras = cameras
  }

  /// The same with one camera, which needs no name.
  public init(
    frames: FrameHub, labels: LabelHub, program: ProgramDescription = ProgramDescription(),
    status: @escaping @Sendable () -> PipelineStatus
  ) {
    self.init(
      program: program,
      cameras: [CameraContext(name: nil, frames: frames, labels: labels, status: status)])
  }
}

/// What the HTTP server may see of one camera.
public struct CameraContext: Sendable {
  /// What it is called: a part of its path, `/cameras/<name>/`. Nil for an only one, which is called
  /// ``defaultName``.
  public var name: String?
  /// Where encoded frames come from. The server subscribes only while somebody watches.
  public var frames: FrameHub
  /// Where label records come from.
  public var labels: LabelHub
  /// How the pipeline fares now. Called on the server's threads for every request that tells how it fares or asks for
  /// faces or pictures, and on the thread that publishes frames, for each notice that comes while somebody waits for a
  /// snapshot: it must return at once.
  public var status: @Sendable () -> PipelineStatus

  /// The name in the path of a camera that was given none.
  public static let defaultName = "camera"

  /// One camera of a daemon.
  public init(
    name: String?, frames: FrameHub, labels: LabelHub, status: @escaping @Sendable () -> PipelineStatus
  ) {
    self.name = name
    self.frames = frames
    self.labels = labels
    self.status = status
  }

  /// The name in its path.
  var pathName: String { name ?? Self.defaultName }
}
