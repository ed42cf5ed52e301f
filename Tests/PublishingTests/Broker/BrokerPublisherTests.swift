import Logging
import Pipeline
import TestSupport
import Testing

@testable import Publishing

@Suite struct BrokerPublisherTests {
  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private static func settings(port: Int) throws -> BrokerSettings {
    BrokerSettings(
      address: try BrokerAddress("mqtt://127.0.0.1:\(port)"), hostName: "machine", cameraName: "door")
  }

  /// The connection to the first address stands, and nobody says a word there.
  @Test func whereAnAddressIsSilentTheNextIsTried() async throws {
    let broker = try ScriptedBroker()
    defer { broker.stop() }
    let silent = try LoopbackListener(lastNumber: 2, port: broker.port)
    var settings = try Self.settings(port: broker.port)
    settings.answerSeconds = 0.5
    let publisher = BrokerPublisher(settings: settings, logger: Self.logger) { _ in
      [BrokerRoute(host: "127.0.0.2"), BrokerRoute(host: "127.0.0.1")]
    }
    try await wait(seconds: 300, for: "the second address") { publisher.status.isWorking }
    publisher.finish(withinSeconds: 60)
    withExtendedLifetime(silent) {}
  }

  @Test func whatEveryAddressSaidIsTold() async throws {
    let silent = try LoopbackListener()
    var settings = try Self.settings(port: silent.port)
    settings.answerSeconds = 0
    let publisher = BrokerPublisher(settings: settings, logger: Self.logger) { _ in
      // Nobody listens at the second one.
      [BrokerRoute(host: "127.0.0.1"), BrokerRoute(host: "127.0.0.3")]
    }
    try await wait(seconds: 300, for: "a failure") { publisher.status.problem != nil }
    #expect(publisher.status.problem == "Connection refused; no answer within 0 s")
    publisher.finish(withinSeconds: 60)
  }

  /// A broker that confirms nothing keeps messages waiting; then the program stops.
  @Test func theFarewellIsTheLastWordThoughMuchWaits() async throws {
    let broker = try ScriptedBroker(confirms: false)
    defer { broker.stop() }
    let publisher = try await Self.publisher(of: broker, withBacklogFor: 60)
    // Returns at once, and has asked for the end.
    publisher.finish(withinSeconds: 0)
    broker.confirm()
    publisher.finish(withinSeconds: 60)
    try await wait(seconds: 300, for: "the goodbye") { broker.saidGoodbye }
    let messages = broker.messages
    #expect(messages.last == Self.farewell)
    #expect(messages.count { $0 == Self.farewell } == 1)
    #expect(messages.count { $0.topic.hasSuffix("/labels") } > Outbox.windowSize, "what waited is sent")
    #expect(publisher.status.dropped == 0)
  }

  /// The last will has to speak for a program whose farewell the broker did not take.
  @Test func withoutAConfirmedFarewellThereIsNoGoodbye() async throws {
    let broker = try ScriptedBroker(confirms: false)
    defer { broker.stop() }
    let publisher = try await Self.publisher(of: broker, withBacklogFor: 0)
    publisher.finish(withinSeconds: 60)
    try await wait(seconds: 300, for: "the end of the connection") { broker.isOver }
    #expect(!broker.saidGoodbye)
    #expect(!broker.messages.contains(Self.farewell))
  }

  private static let farewell = ScriptedBroker.Message(
    topic: "emotiond/machine/door/status", payload: "offline")

  /// A publisher that is connected and has more to send than it may before something is confirmed.
  private static func publisher(
    of broker: ScriptedBroker, withBacklogFor seconds: Double
  ) async throws -> BrokerPublisher {
    var settings = try Self.settings(port: broker.port)
    settings.sendsLabels = true
    settings.updatesPerSecond = 1_000_000
    (settings.backlogSeconds, settings.farewellSeconds) = (seconds, seconds)
    settings.answerSeconds = 600
    let publisher = BrokerPublisher(settings: settings, logger: logger)
    var frame: UInt64 = 0
    try await wait(seconds: 300, for: "a backlog") {
      // Many at once: how often this is asked depends on what else the machine does.
      for _ in 0..<Outbox.windowSize {
        frame += 1
        publisher.take(.labels(Sample.record([], second: Double(frame), frame: frame)))
      }
      return publisher.status.waiting > 2 * Outbox.windowSize
    }
    return publisher
  }
}
