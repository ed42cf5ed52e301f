import Dispatch
import History
import Logging
import Pipeline
import Publishing

/// The brokers and the history of a run, where they were asked for. None of them holds up the pipeline or ends the
/// program.
final class LastingOutputs: Sendable {
  /// One connection a camera: a broker then knows of each whether it is there.
  private let brokers: [BrokerPublisher]
  private let history: HistoryWriter?
  private let subscriptions: [LabelHub.Subscription]

  /// Whether a configuration asks for a broker or a history.
  static func areAsked(of configuration: Configuration) -> Bool {
    !configuration.lasting.broker.isEmpty || !configuration.lasting.history.isEmpty
  }

  init(configuration: Configuration, cameras: [WatchedCamera], logger: Logger) throws(CommandFailure) {
    var subscriptions: [LabelHub.Subscription] = []
    var brokers: [BrokerPublisher] = []
    let history = try Self.history(configuration, logger)
    for camera in cameras {
      let name = camera.name ?? CameraName.name(configuration)
      let labels = camera.pipeline.labels
      if let history { subscriptions.append(labels.subscribe { history.take($0, camera: name) }) }
      if let settings = try Self.broker(configuration, name, isOneOfSeveral: camera.name != nil) {
        if brokers.isEmpty { Self.warn(settings, logger) }
        let broker = BrokerPublisher(settings: settings, logger: logger)
        subscriptions.append(labels.subscribe { broker.take($0) })
        brokers.append(broker)
      }
    }
    self.history = history
    self.brokers = brokers
    self.subscriptions = subscriptions
  }

  /// How they fare.
  var statuses: [OutputStatus] { brokers.map(\.status) + (history.map { [$0.status] } ?? []) }

  /// Writes and sends what waits, all at the same time, and ends; gives up after a second.
  func finish() {
    for subscription in subscriptions { subscription.cancel() }
    let group = DispatchGroup()
    for broker in brokers {
      DispatchQueue.global().async(group: group) { broker.finish(withinSeconds: 1) }
    }
    if let history { DispatchQueue.global().async(group: group) { history.finish(withinSeconds: 1) } }
    group.wait()
  }

  private static func history(
    _ configuration: Configuration, _ logger: Logger
  ) throws(CommandFailure) -> HistoryWriter? {
    let lasting = configuration.lasting
    guard !lasting.history.isEmpty else { return nil }
    var settings = HistorySettings(path: ServiceFolder.state.path(lasting.history))
    settings.intervalSeconds = lasting.historyIntervalSeconds
    settings.retentionDays = lasting.retentionDays
    settings.maximumMegabytes = lasting.maximumMegabytes
    do throws(HistoryError) { return try HistoryWriter(settings: settings, logger: logger) } catch {
      throw CommandFailure(history: error)
    }
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
      address: address, hostName: CameraName.host, cameraName: camera, version: Version.text)
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
