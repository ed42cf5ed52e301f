import Publishing

/// Outputs that are meant to last: rotation of the label file, an MQTT broker, a history.
struct LastingOutputConfiguration: Sendable, Equatable {
  var rotateBytes = 0
  var keptFiles = 5
  var synchronization = LabelFileSettings.Synchronization.second.rawValue

  var broker = ""
  var credentials = ""
  var certificateAuthority = ""
  var clientIdentifier = ""
  var topic = ""
  var discovery = "homeassistant"
  var quality = 1
  var updatesPerSecond = 2.0
  var heartbeatSeconds = 30.0
  var sendsLabels = false

  var history = ""
  var historyIntervalSeconds = 1.0
  var retentionDays = 30.0
  var maximumMegabytes = 1024
}

extension SettingTable {
  static let labelFile: [Setting] = [
    .integer(
      "output.labels_rotate_bytes", \.lasting.rotateBytes, 0...(1 << 40),
      "A file of labels that would grow beyond this is put away as FILE.1, and a new one begins; 0 for never. Bytes,"
    ),
    .integer("output.labels_keep", \.lasting.keptFiles, 0...1000, "How many of those files are kept."),
    .choice(
      "output.labels_sync", \.lasting.synchronization,
      LabelFileSettings.Synchronization.allCases.map(\.rawValue),
      "How often the file of labels is forced onto the disk, for power failures: a kill loses nothing that was written."
    ),
  ]

  static let broker: [Setting] = [
    .text(
      "mqtt.broker", \.lasting.broker,
      "MQTT broker that is told what is seen: mqtt://host:1883, or mqtts://host for TLS; off or empty for none.",
      offIsEmpty: true
    ) { text in
      guard !text.isEmpty else { return nil }
      do throws(BrokerAddress.Refusal) { _ = try BrokerAddress(text) } catch { return error.reason }
      return nil
    },
    .text(
      "mqtt.credentials", \.lasting.credentials,
      "File with the name for the broker on its first line and the password on its second, which others cannot read; "
        + "a relative path is below $CREDENTIALS_DIRECTORY where systemd sets it."),
    .text(
      "mqtt.ca", \.lasting.certificateAuthority,
      "File of certificates (PEM) by which a TLS broker is known; empty for the system's own."),
    .text(
      "mqtt.client_id", \.lasting.clientIdentifier,
      "What this daemon is called at the broker, where no two may have one name; empty for emotiond-HOST-CAMERA."
    ) { text in
      text.utf8.count <= 128 && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        ? nil : "is longer than 128 bytes or has control characters"
    },
    .text(
      "mqtt.topic", \.lasting.topic, "What all topics begin with; empty for emotiond/HOST/CAMERA."
    ) { $0.isEmpty || TopicName.isTopic($0) ? nil : "is no topic: no + and #, no empty levels" },
    .text(
      "mqtt.discovery", \.lasting.discovery,
      "What Home Assistant's discovery topics begin with; empty for no discovery."
    ) { $0.isEmpty || TopicName.isTopic($0) ? nil : "is no topic: no + and #, no empty levels" },
    .integer(
      "mqtt.qos", \.lasting.quality, 0...2,
      "How messages are delivered: at most once (0), at least once (1), exactly once while connected (2)."),
    .number(
      "mqtt.updates_per_second", \.lasting.updatesPerSecond, 0.01...100,
      "Messages a second at most under each topic."),
    .number(
      "mqtt.heartbeat_seconds", \.lasting.heartbeatSeconds, 1...86_400,
      "What is seen is told again after this time, though nothing has changed. Seconds,"),
    .flag(
      "mqtt.labels", \.lasting.sendsLabels,
      "Whether whole label records are sent too, with every face, its box and its scores."),
  ]

  static let history: [Setting] = [
    .text(
      "history.path", \.lasting.history,
      "SQLite database in which records are kept, for `emotiond history`; off or empty for none. A relative path "
        + "is below $STATE_DIRECTORY where systemd sets it.",
      offIsEmpty: true),
    .number(
      "history.interval_seconds", \.lasting.historyIntervalSeconds, 0...3600,
      "Of each camera a record is kept at most this often; 0 for every analysed frame. Seconds,"),
    .number(
      "history.retention_days", \.lasting.retentionDays, 0...36_500,
      "Records older than this are removed; 0 for never. Days,"),
    .integer(
      "history.maximum_megabytes", \.lasting.maximumMegabytes, 0...1_000_000,
      "Where the database is larger, the oldest records are removed; 0 for no limit. Megabytes,"),
  ]
}
