import Pipeline

/// How many are connected.
struct ClientCounts: Sendable {
  /// Open connections, viewers among them.
  var clients: Int
  /// Those that watch the stream.
  var viewers: Int
  /// Those that read the events.
  var eventReaders: Int
}

/// Everything that the monitoring endpoints tell, taken at one moment.
struct ServerSnapshot: Sendable {
  var program: ProgramDescription
  var pipeline: PipelineStatus
  var clients: ClientCounts
  var maximumClients: Int
  var streaming: StreamingMeasures.Figures
  /// The newest label record; nil before the first.
  var labels: LabelRecord?
}

/// Takes the moment's figures for one endpoint after the other.
struct Monitor: Sendable {
  let context: StreamingContext
  let maximumClients: Int
  let measures: StreamingMeasures
  let history: EventHistory
  let clients: @Sendable () -> ClientCounts

  var snapshot: ServerSnapshot {
    ServerSnapshot(
      program: context.program, pipeline: context.status(), clients: clients(),
      maximumClients: maximumClients, streaming: measures.figures, labels: history.newestLabels)
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

  /// Why there is no picture, for people; nil where there is one.
  var reason: String? {
    switch self {
    case .starting: "the source is being opened"
    case .running, .ended: nil
    case .waiting(let reason): reason
    }
  }
}
