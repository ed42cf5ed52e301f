import Faces
import Foundation

/// Home Assistant's MQTT discovery: messages that make it show the camera's sensors without being configured
/// (home-assistant.io/integrations/mqtt, "MQTT Discovery"; the keys are those of its MQTT sensor and binary sensor).
struct Discovery {
  let settings: BrokerSettings

  /// One retained message a sensor; none where discovery is off.
  var messages: [BrokerMessage] {
    guard !settings.discoveryTopic.isEmpty else { return [] }
    return [
      message("sensor", "emotion", emotion), message("sensor", "faces", faces),
      message("sensor", "confidence", confidence), message("binary_sensor", "camera", camera),
    ]
  }

  private var topics: CameraTopics { CameraTopics(prefix: settings.topic) }

  /// One name for a camera of a machine: what Home Assistant remembers its sensors by.
  private var node: String {
    "emotiond_\(TopicName.level(settings.hostName))_\(TopicName.level(settings.cameraName))"
  }

  private var emotion: Sensor {
    var sensor = sensor("emotion", "Emotion", "mdi:emoticon-outline")
    sensor.deviceClass = "enum"
    sensor.options = Emotion.allCases.map(\.name) + [SceneState.nobody]
    sensor.valueTemplate = "{{ value_json.emotion }}"
    sensor.jsonAttributesTopic = topics.scene
    return sensor
  }

  private var faces: Sensor {
    var sensor = sensor("faces", "Faces", "mdi:account-group")
    sensor.stateClass = "measurement"
    sensor.valueTemplate = "{{ value_json.faces }}"
    return sensor
  }

  private var confidence: Sensor {
    var sensor = sensor("confidence", "Confidence", "mdi:percent")
    sensor.stateClass = "measurement"
    sensor.unitOfMeasurement = "%"
    // Without a face there is no confidence; `None` makes the sensor unknown.
    sensor.valueTemplate =
      "{{ (value_json.confidence * 100) | round(0) if value_json.confidence is not none else None }}"
    return sensor
  }

  private var camera: Sensor {
    var sensor = Sensor(
      name: "Camera", uniqueId: node + "_camera", stateTopic: topics.camera,
      availability: [Sensor.Availability(topic: topics.availability)], device: device, origin: origin)
    sensor.deviceClass = "connectivity"
    sensor.entityCategory = "diagnostic"
    sensor.valueTemplate = "{{ 'ON' if value_json.state == 'running' else 'OFF' }}"
    sensor.jsonAttributesTopic = topics.camera
    return sensor
  }

  /// A sensor of what is seen: nothing is known while the program or the camera is away.
  private func sensor(_ identifier: String, _ name: String, _ icon: String) -> Sensor {
    var sensor = Sensor(
      name: name, uniqueId: "\(node)_\(identifier)", stateTopic: topics.scene,
      availability: [
        Sensor.Availability(topic: topics.availability),
        Sensor.Availability(
          topic: topics.camera,
          valueTemplate: "{{ 'online' if value_json.state == 'running' else 'offline' }}"),
      ], device: device, origin: origin)
    sensor.icon = icon
    return sensor
  }

  private var device: Sensor.Device {
    Sensor.Device(
      identifiers: [node], name: "\(settings.hostName) \(settings.cameraName)", model: "emotiond",
      swVersion: settings.version)
  }

  private var origin: Sensor.Origin { Sensor.Origin(name: "emotiond", swVersion: settings.version) }

  private func message(_ component: String, _ identifier: String, _ sensor: Sensor) -> BrokerMessage {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A value of texts and lists of texts can always be encoded.
    let payload = (try? encoder.encode(sensor)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return BrokerMessage(
      topic: "\(settings.discoveryTopic)/\(component)/\(node)/\(identifier)/config", payload: payload,
      isRetained: true)
  }
}

/// A sensor as Home Assistant reads it; its own words.
private struct Sensor: Encodable {
  struct Availability: Encodable {
    var topic: String
    var valueTemplate: String?
  }
  struct Device: Encodable {
    var identifiers: [String]
    var name: String
    var model: String
    var swVersion: String
  }
  struct Origin: Encodable {
    var name: String
    var swVersion: String
  }

  var name: String
  var uniqueId: String
  var stateTopic: String
  var availability: [Availability]
  var availabilityMode = "all"
  var device: Device
  var origin: Origin
  var valueTemplate: String?
  var jsonAttributesTopic: String?
  var deviceClass: String?
  var stateClass: String?
  var entityCategory: String?
  var unitOfMeasurement: String?
  var icon: String?
  var options: [String]?

  init(
    name: String, uniqueId: String, stateTopic: String, availability: [Availability], device: Device,
    origin: Origin
  ) {
    self.name = name
    self.uniqueId = uniqueId
    self.stateTopic = stateTopic
    self.availability = availability
    self.device = device
    self.origin = origin
  }
}
