import Dispatch
import History
import Logging
import Pipeline
import ProgramVersion
import Publishing
import Synchronization

/// The brokers and the history of a run, where they were asked for. None of them holds up the pipeline or ends the
/// program.
final class LastingOutputs: Sendable {
  private struct Camera {
    let name: String
    let labels: LabelHub
    /// Nil where no broker is told.
    let broker: BrokerSettings?
  }

  private struct Running {
    /// One connection a camera: a broker then knows of each whether it is there.
    var brokers: [BrokerPublisher] = []
    var history: HistoryWriter?
    var subscriptions: [LabelHub.Subscription] = []
  }

  private let cameras: [Camera]
  private let history: HistorySettings?
  private let logger: Logger
  private let running = Mutex(Running())

  /// Whether a configuration asks for a broker or a history.
  static func areAsked(of configuration: Configuration) -> Bool {
    !configuration.lasting.broker.isEmpty || !configuration.lasting.history.isEmpty
  }

  /// Finds the mistakes in what is asked for. Nothing is opened and nobody is told before ``start()``.
  init(configuration: Configuration, cameras: [WatchedCamera], logger: Logger) throws(CommandFailure) {
    self.logger = logger
    history = Self.history(configuration)
    var asked: [Camera] = []
    for camera in cameras {
      let name = camera.name ?? CameraName.name(configuration)
      let broker = try Self.broker(configuration, name, isOneOfSeveral: camera.name != nil)
      asked.append(Camera(name: name, labels: camera.pipeline.labels, broker: broker))
    }
    self.cameras = asked
  }

  /// Opens the history and begins to connect. Called once, when nothing can keep the program from running any more: a
  /// broker takes a second program of one name for the first one, whose connection it ends.
  func start() throws(CommandFailure) {
    var started = Running()
    if let history {
      do throws(HistoryError) {
        started.history = try HistoryWriter(settings: history, logger: logger)
      } catch { throw CommandFailure(history: error) }
    }
    for camera in cameras {
      if let history = started.history {
        started.subscriptions.append(
          camera.labels.subscribe { history.take($0, camera: camera.name) })
      }
      guard let settings = camera.broker else { continue }
      if started.brokers.isEmpty { Self.warn(settings, logger) }
      let broker = BrokerPublisher(settings: settings, logger: logger)
      started.subscriptions.append(camera.labels.subscribe { broker.take($0) })
      started.brokers.append(broker)
    }
    running.withLock { [started] in $0 = started }
  }

  /// How they fare.
  var statuses: [OutputStatus] {
    let running = running.withLock { $0 }
    return running.brokers.map(\.status) + (running.history.map { [$0.status] } ?? [])
  }

  /// A source that is no camera came to its end while others go on.
  ///
  /// - Parameters:
  ///   - index: Which of the cameras it is.
  ///   - reason: Why, where it failed; for people.
  func sourceEnded(at index: Int, reason: String?) {
    let brokers = running.withLock { $0.brokers }
    if brokers.indices.contains(index) { brokers[index].sourceEnded(reason: reason) }
  }

  /// Writes and sends what waits, all at the same time, and ends; gives up after a second.
  func finish() {
    let running = running.withLock { $0 }
    for subscription in running.subscriptions { subscription.cancel() }
    let group = DispatchGroup()
    for broker in running.brokers {
      DispatchQueue.global().async(group: group) { broker.finish(withinSeconds: 1) }
    }
    if let history = running.history {
      DispatchQueue.global().async(group: group) { history.finish(withinSeconds: 1) }
    }
    group.wait()
  }

  private static func history(_ configuration: Configuration) -> HistorySettings? {
    let lasting = configuration.lasting
    guard !lasting.history.isEmpty else { return nil }
    var settings = HistorySettings(path: ServiceFolder.state.path(lasting.history))
    settings.intervalSeconds = lasting.historyIntervalSeconds
    settings.retentionDays = lasting.retentionDays
    settings.maximumMegabytes = lasting.maximumMegabytes
    return settings
  }

  private static func broker(
    _ configuration: Configuration, _ camera: String, isOneOfSeveral: Bool
  ) throws(CommandFailure) -> BrokerSettings? {
    let lasting = configuration.lasting
    guard !lasting.broker.isEmpty else { return nil }
    let address: BrokerAddress
    do throws(BrokerAddress.Refusal) { address = try BrokerAddress(lasting.broker) } catch {
      throw CommandFailure(status: .configuration, message: "mqtt.broker: \(lasting.broker) \(error.reason)")
    }
    var settings = BrokerSettings(
      address: address, hostName: CameraName.host, cameraName: camera, version: ProgramVersion.text)
    settings.credentialsPath = ServiceFolder.credentials.path(lasting.credentials)
    settings.certificateAuthorityPath = lasting.certificateAuthority
    settings.quality = lasting.quality
    settings.discoveryTopic = lasting.discovery
    settings.updatesPerSecond = lasting.updatesPerSecond
    settings.heartbeatSeconds = lasting.heartbeatSeconds
    settings.sendsLabels = lasting.sendsLabels
    // What is set holds for all cameras: each adds its name.
    if !lasting.clientIdentifier.isEmpty {
      settings.clientIdentifier = lasting.clientIdentifier + (isOneOfSeveral ? "-\(camera)" : "")
    }
    if !lasting.topic.isEmpty { settings.topic = lasting.topic + (isOneOfSeveral ? "/\(camera)" : "") }
    settings.isOneOfSeveral = isOneOfSeveral
    return settings
  }

  private static func warn(_ settings: BrokerSettings, _ logger: Logger) {
    guard !settings.address.isEncrypted, !settings.address.isLoopback else { return }
    let what = settings.credentialsPath.isEmpty ? "what is seen" : "the password and what is seen"
    logger.warning(
      "mqtt: \(settings.address) is not encrypted: others on the way can read \(what); mqtts:// helps")
  }
}

extension CommandFailure {
  init(history error: HistoryError) {
    let status: ExitStatus =
      switch error {
      case .notFound: .noInput
      case .notAHistory, .tooNew: .configuration
      case .damaged: .badData
      case .unavailable: .inputOutput
      }
    self.init(status: status, message: "history \(error)")
  }
}
