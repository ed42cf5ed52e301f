/// Which broker is told, and of what.
public struct BrokerSettings: Sendable, Equatable {
  /// Where it listens.
  public var address: BrokerAddress
  /// A file with the name on its first line and the password on the second; empty for none.
  public var credentialsPath = ""
  /// A file of certificates (PEM) that the broker's is to be signed by; empty for those of the system. Of use with TLS.
  public var certificateAuthorityPath = ""
  /// How messages are delivered: 0 at most once, 1 at least once, 2 exactly once while the connection lasts.
  public var quality = 1
  /// What this program is called at the broker; no two may have the same name at one time.
  public var clientIdentifier: String
  /// What all topics begin with.
  public var topic: String
  /// What the topics of Home Assistant's discovery begin with; empty for no discovery.
  public var discoveryTopic = "homeassistant"
  /// Messages a second at most, of each kind.
  public var updatesPerSecond = 2.0
  /// What is seen is told again after this many seconds, though nothing has changed.
  public var heartbeatSeconds = 30.0
  /// Whether whole label records are sent too, with every face and its scores.
  public var sendsLabels = false
  /// The machine's name, in messages.
  public var hostName: String
  /// The camera's name, in messages.
  public var cameraName: String
  /// Whether the program has other cameras: figures then say which one is meant.
  public var isOneOfSeveral = false
  /// The program's version, in messages.
  public var version: String
  /// How long each address of the broker may take to accept the program, in seconds.
  var answerSeconds = 10.0
  /// For how long what waits is sent at the end, in seconds.
  var backlogSeconds = 0.5
  /// How long the broker may take to confirm the farewell, in seconds.
  var farewellSeconds = 0.3

  /// Settings whose names follow from the machine's and the camera's.
  public init(address: BrokerAddress, hostName: String, cameraName: String, version: String = "") {
    self.address = address
    self.hostName = hostName
    self.cameraName = cameraName
    self.version = version
    clientIdentifier = "emotiond-\(TopicName.level(hostName))-\(TopicName.level(cameraName))"
    topic = "emotiond/\(TopicName.level(hostName))/\(TopicName.level(cameraName))"
  }
}

/// Names as they may stand in topics (MQTT 3.1.1, section 4.7) and in Home Assistant's identifiers.
public enum TopicName {
  /// One level of a topic: letters, digits, `_` and `-`; everything else becomes `_`.
  public static func level(_ text: String) -> String {
    let level = text.unicodeScalars.map { scalar in
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || scalar == "-" || scalar == "_" ? Character(scalar) : "_"
    }
    return level.isEmpty ? "_" : String(level.prefix(64))
  }

  /// Whether messages can be sent under a topic: no wildcards, no empty levels, not too long.
  public static func isTopic(_ text: String) -> Bool {
    (1...200).contains(text.utf8.count) && !text.hasPrefix("$") && !text.hasPrefix("/")
      && !text.hasSuffix("/") && !text.contains("//")
      && text.unicodeScalars.allSatisfy { $0.value > 0x1F && $0.value != 0x7F && $0 != "+" && $0 != "#" }
  }
}
