import Foundation
import Testing

@testable import Publishing

@Suite struct DiscoveryTests {
  private static func settings() throws -> BrokerSettings {
    BrokerSettings(
      address: try BrokerAddress("host"), hostName: "pi.lan", cameraName: "front door", version: "1.2.3")
  }

  @Test func everySensorIsDescribed() throws {
    let settings = try Self.settings()
    let messages = Discovery(settings: settings).messages
    #expect(
      messages.map(\.topic) == [
        "homeassistant/sensor/emotiond_pi_lan_front_door/emotion/config",
        "homeassistant/sensor/emotiond_pi_lan_front_door/faces/config",
        "homeassistant/sensor/emotiond_pi_lan_front_door/confidence/config",
        "homeassistant/binary_sensor/emotiond_pi_lan_front_door/camera/config",
      ])
    var identifiers: Set<String> = []
    for message in messages {
      #expect(message.isRetained)
      let sensor = try #require(
        JSONSerialization.jsonObject(with: Data(message.payload)) as? [String: Any])
      identifiers.insert(try #require(sensor["unique_id"] as? String))
      let device = try #require(sensor["device"] as? [String: Any])
      #expect(device["identifiers"] as? [String] == ["emotiond_pi_lan_front_door"])
      #expect(device["name"] as? String == "pi.lan front door")
      #expect(device["sw_version"] as? String == "1.2.3")
      let availability = try #require(sensor["availability"] as? [[String: Any]])
      #expect(availability.first?["topic"] as? String == "emotiond/pi_lan/front_door/status")
      #expect(sensor["availability_mode"] as? String == "all")
      #expect((sensor["value_template"] as? String)?.contains("value_json") == true)
    }
    #expect(identifiers.count == 4)
  }

  @Test func theEmotionIsOneOfAList() throws {
    let message = try #require(Discovery(settings: Self.settings()).messages.first)
    let sensor = try #require(JSONSerialization.jsonObject(with: Data(message.payload)) as? [String: Any])
    #expect(sensor["device_class"] as? String == "enum")
    #expect((sensor["options"] as? [String])?.contains("none") == true)
    #expect((sensor["options"] as? [String])?.count == 8)
    #expect(sensor["state_topic"] as? String == "emotiond/pi_lan/front_door/state")
  }

  @Test func discoveryCanBeOff() throws {
    var settings = try Self.settings()
    settings.discoveryTopic = ""
    #expect(Discovery(settings: settings).messages.isEmpty)
  }
}
