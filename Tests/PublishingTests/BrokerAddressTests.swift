import Testing

@testable import Publishing

@Suite struct BrokerAddressTests {
  @Test(arguments: [
    ("broker.lan", "mqtt://broker.lan:1883"), ("broker.lan:1884", "mqtt://broker.lan:1884"),
    ("mqtt://10.0.0.7", "mqtt://10.0.0.7:1883"), ("mqtts://broker.lan/", "mqtts://broker.lan:8883"),
    ("mqtts://broker.lan:443", "mqtts://broker.lan:443"), ("[::1]:1883", "mqtt://[::1]:1883"),
    ("mqtts://[fd00::7]", "mqtts://[fd00::7]:8883"), ("fd00::7", "mqtt://[fd00::7]:1883"),
  ])
  func addressesAreRead(text: String, description: String) throws {
    #expect(try BrokerAddress(text).description == description)
  }

  @Test(arguments: [
    "", "mqtt://", ":1883", "host:0", "host:65536", "host:port", "http://host", "name:secret@host", "ho st",
    "host/path", "[::1", "[::1]x", "höst",
  ])
  func nonsenseIsRefused(text: String) {
    #expect(throws: BrokerAddress.Refusal.self) { try BrokerAddress(text) }
  }

  @Test func passwordsDoNotBelongIntoAddresses() {
    let refusal = #expect(throws: BrokerAddress.Refusal.self) { try BrokerAddress("mqtt://me:secret@host") }
    #expect(refusal?.reason.contains("mqtt.credentials") == true)
  }

  @Test func namesBecomeLevelsOfTopics() throws {
    #expect(TopicName.level("living room/1#+") == "living_room_1__")
    #expect(TopicName.level("Küche") == "K_che")
    #expect(TopicName.level("") == "_")
    let settings = BrokerSettings(
      address: try BrokerAddress("host"), hostName: "pi.lan", cameraName: "video0")
    #expect(settings.topic == "emotiond/pi_lan/video0")
    #expect(settings.clientIdentifier == "emotiond-pi_lan-video0")
  }

  @Test func topicsHaveNoWildcards() {
    for topic in ["a", "emotiond/host/camera", "Küche"] { #expect(TopicName.isTopic(topic)) }
    for topic in ["", "/a", "a/", "a//b", "a/+", "#", "$SYS/a", "a\nb", String(repeating: "a", count: 201)] {
      #expect(!TopicName.isTopic(topic), "\(topic)")
    }
  }
}
