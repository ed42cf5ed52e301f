import Pipeline

/// Everything that the monitoring endpoints tell, taken at one moment.
struct ServerSnapshot: Sendable {
  var program: ProgramDescription
  var cameras: [CameraSnapshot]
  /// Open connections, viewers among them.
  var connections: Int
  var maximumClients: Int
  /// Nil where viewers have no limit of their own.
  var maximumViewers: Int?
  /// What belongs to no camera: answers and refusals.
  var server: StreamingMeasures.Figures
  /// Files, brokers and databases that records are kept in.
  var outputs: [OutputStatus]
}

/// What is told of one camera.
struct CameraSnapshot: Sendable {
  /// Nil for an only one that was given none.
  var name: String?
  /// What it is called in its path.
  var pathName: String
  var pipeline: PipelineStatus
  /// Clients that watch its stream.
  var viewers: Int
  /// Clients that read its events.
  var eventReaders: Int
  var streaming: StreamingMeasures.Figures
  /// The newest label record; nil before the first.
  var labels: LabelRecord?
}

/// Takes the moment's figures for one endpoint after the other.
struct Monitor: Sendable {
  let program: ProgramDescription
  let cameras: [CameraServices]
  let maximumClients: Int
  let maximumViewers: Int?
  let measures: StreamingMeasures
  let connections: ConnectionCounter
  let outputs: @Sendable () -> [OutputStatus]

  var snapshot: ServerSnapshot {
    ServerSnapshot(
      program: program, cameras: cameras.map(\.snapshot), connections: connections.count,
      maximumClients: maximumClients, maximumViewers: maximumViewers, server: measures.figures,
      outputs: outputs())
  }

  /// The same as if there was one camera.
  func of(_ camera: CameraServices) -> Monitor {
    Monitor(
      program: program, cameras: [camera], maximumClients: maximumClients,
      maximumViewers: maximumViewers, measures: measures, connections: connections,
      outputs: outputs)
  }
}

extension PipelineStatus.SourceState {
  /// One word for programs.
  var word: String {
    switch self {
    case .starting: "starting"
    case .running: "running"
    case .waiting: "waiting"
    case .ended: "ended"
    }
  }

  /// All words, in the order in which they are told.
  static let words = ["starting", "running", "waiting", "ended"]

  /// Why there is no picture, for people; nil where there is one, or where the source came to its end as films do.
  var reason: String? {
    switch self {
    case .starting: "the source is being opened"
    case .running: nil
    case .waiting(let reason): reason
    case .ended(let reason): reason
    }
  }

  /// What is said of a source that gives nothing any more; nil while it may.
  var ending: String? {
    guard case .ended(let reason) = self else { return nil }
    return reason.map { "the source failed: \($0)" } ?? "the source came to its end"
  }
}
