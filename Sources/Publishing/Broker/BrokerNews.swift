import Capture
import Pipeline
import Synchronization

/// What is to be told of a camera: written by the pipeline's threads, read by the thread of the connection.
final class BrokerNews: Sendable {
  private struct State {
    var scene: UpdatePolicy<SceneState>
    var camera: UpdatePolicy<CameraNews>
    var labels: UpdatePolicy<LabelRecord>
    var hasFrames = false
  }

  private let state: Mutex<State>
  private let settings: BrokerSettings
  private let topics: CameraTopics
  /// Raised when something is due earlier than before.
  let signal = WakeSignal()

  init(_ settings: BrokerSettings) {
    self.settings = settings
    topics = CameraTopics(prefix: settings.topic)
    let interval = UInt64(1e9 / settings.updatesPerSecond)
    state = Mutex(
      State(
        scene: UpdatePolicy(
          intervalNanoseconds: interval, heartbeatNanoseconds: UInt64(settings.heartbeatSeconds * 1e9),
          isNews: { $0.isNews(after: $1) }),
        camera: UpdatePolicy(intervalNanoseconds: interval, isNews: !=),
        labels: UpdatePolicy(intervalNanoseconds: interval, isNews: !=)))
  }

  /// Takes a record; returns at once.
  func take(_ record: LabelStreamRecord) {
    let isEarlier = state.withLock { state in
      switch record {
      case .labels(let record): Self.take(record, into: &state, sendsLabels: settings.sendsLabels)
      case .camera(let record): Self.take(record, into: &state)
      }
    }
    if isEarlier { signal.raise() }
  }

  private static func take(_ record: LabelRecord, into state: inout State, sendsLabels: Bool) -> Bool {
    var isEarlier = state.scene.observe(SceneState(record))
    if sendsLabels { isEarlier = state.labels.observe(record) || isEarlier }
    // A source that is no camera has no records of its own: its first frame says that it runs.
    if !state.hasFrames {
      state.hasFrames = true
      let runs = CameraNews(state: .running, wallClockNanoseconds: record.wallClockNanoseconds)
      isEarlier = state.camera.observe(runs) || isEarlier
    }
    return isEarlier
  }

  private static func take(_ record: CameraRecord, into state: inout State) -> Bool {
    state.hasFrames = true
    if record.state != .running {
      // The last record of a camera that is away says nothing about now.
      state.scene.forget()
      state.labels.forget()
    }
    return state.camera.observe(CameraNews(record))
  }

  /// A source that is no camera came to its end: nobody is seen there any more.
  func sourceEnded(at wallClockNanoseconds: UInt64, reason: String?) {
    let isEarlier = state.withLock { state in
      state.scene.forget()
      state.labels.forget()
      return state.camera.observe(CameraNews(endedAt: wallClockNanoseconds, reason: reason))
    }
    if isEarlier { signal.raise() }
  }

  /// When something is to be sent; nil for not before something new comes.
  var dueAt: MonotonicTime? {
    state.withLock { state in
      [state.scene.dueAt, state.camera.dueAt, state.labels.dueAt].compactMap(\.self).min()
    }
  }

  /// Everything that is due.
  func takeDue(at now: MonotonicTime) -> [BrokerMessage] {
    let (camera, scene, labels) = state.withLock { state in
      (state.camera.take(at: now), state.scene.take(at: now), state.labels.take(at: now))
    }
    let (host, name) = (settings.hostName, settings.cameraName)
    return [
      camera.map {
        BrokerMessage(topic: topics.camera, payload: $0.json(host: host, camera: name), isRetained: true)
      },
      scene.map {
        BrokerMessage(topic: topics.scene, payload: $0.json(host: host, camera: name), isRetained: true)
      },
      labels.map { BrokerMessage(topic: topics.labels, payload: $0.json, isRetained: false) },
    ].compactMap(\.self)
  }

  /// Everything that is known is due again: a broker may have forgotten it.
  func tellAgain() {
    state.withLock { state in
      state.scene.askAgain()
      state.camera.askAgain()
    }
  }
}
