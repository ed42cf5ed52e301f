import Foundation
import FoundationNetworking
import Imaging
import TestSupport
import Testing

/// The real program tells a real broker.
@Suite(.serialized) struct BrokerTests {
  private static let prefix = "test/door"

  private static func daemon(_ broker: String, _ settings: [String] = []) throws -> DaemonProcess {
    let settings = ["mqtt.topic=\(prefix)", "camera.name=door", "mqtt.heartbeat_seconds=1"] + settings
    return try DaemonProcess(
      ["run", "--source", "demo", "--listen", "127.0.0.1:0", "--mqtt", broker]
        + settings.flatMap { ["--set", $0] })
  }

  @Test(arguments: 0...2) func whatIsSeenReachesTheBroker(quality: Int) async throws {
    let broker = try await TestBroker()
    let messages = try BrokerMessages(port: broker.port)
    let daemon = try Self.daemon(
      "mqtt://127.0.0.1:\(broker.port)", ["mqtt.qos=\(quality)", "mqtt.labels=true"])
    let state = try await messages.first("a face") {
      $0.topic == Self.prefix + "/state" && $0.json?["faces"] as? Int == 1
    }
    let json = try #require(state.json)
    #expect(json["camera"] as? String == "door")
    #expect((json["confidence"] as? Double).map { (0...1).contains($0) } == true)
    let emotions = try #require(json["emotions"] as? [String: Int])
    #expect(emotions[try #require(json["emotion"] as? String)] == 1)
    let camera = try await messages.first("the camera") { $0.topic == Self.prefix + "/camera" }
    #expect(camera.json?["state"] as? String == "running")
    let labels = try await messages.first("labels") { $0.topic == Self.prefix + "/labels" }
    #expect(labels.json?["faces"] is [Any])
    #expect(messages.all.contains { $0.topic == Self.prefix + "/status" && $0.payload == "online" })
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 0)
    _ = try await messages.first("offline") { $0.topic == Self.prefix + "/status" && $0.payload == "offline" }
  }

  @Test func whoComesLaterIsToldWhatIsKnown() async throws {
    let broker = try await TestBroker()
    let early = try BrokerMessages(port: broker.port)
    let daemon = try Self.daemon("127.0.0.1:\(broker.port)")
    _ = try await early.first("a state") { $0.topic == Self.prefix + "/state" }
    let late = try BrokerMessages(port: broker.port)
    for topic in ["status", "state", "camera"] {
      let message = try await late.first(topic) { $0.topic == "\(Self.prefix)/\(topic)" }
      #expect(message.isRetained, "\(topic)")
    }
    _ = try await late.first("discovery") {
      $0.topic.hasPrefix("homeassistant/binary_sensor/emotiond_") && $0.isRetained
    }
    let discovered = late.all.filter { $0.topic.hasPrefix("homeassistant/") }
    #expect(discovered.count == 4)
    for message in discovered {
      let sensor = try #require(message.json, "\(message.payload)")
      // What it names is really sent.
      let topic = try #require(sensor["state_topic"] as? String)
      #expect(early.all.contains { $0.topic == topic && $0.json != nil }, "\(topic)")
      #expect((sensor["unique_id"] as? String)?.contains("_door_") == true)
    }
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 0)
  }

  @Test func eachOfSeveralCamerasIsTold() async throws {
    let folder = try TemporaryFolder()
    let history = folder.path("history.sqlite")
    let broker = try await TestBroker()
    let file = try folder.write(
      Array("[cameras.door]\ninput = \"demo\"\n[cameras.yard]\ninput = \"demo\"\n".utf8), as: "emotiond.toml")
    let messages = try BrokerMessages(port: broker.port)
    let daemon = try DaemonProcess([
      "run", "--config", file, "--listen", "off", "--mqtt", "127.0.0.1:\(broker.port)", "--history", history,
      "--set",
      "mqtt.topic=house", "--set", "mqtt.client_id=watcher",
    ])
    for camera in ["door", "yard"] {
      let state = try await messages.first(camera) {
        $0.topic == "house/\(camera)/state" && $0.json?["faces"] as? Int == 1
      }
      #expect(state.json?["camera"] as? String == camera)
    }
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 0)
    let summary = await DaemonProcess.run(["history", "--database", history, "--summary", "36500d"])
    #expect(summary.output.contains("  door  ") && summary.output.contains("  yard  "), "\(summary.output)")
  }

  @Test func aFilmThatEndedIsToldWhileOthersGoOn() async throws {
    let folder = try TemporaryFolder()
    let picture = try JPEGEncoder().encode(DetectCommandTests.demoPicture(), quality: 80)
    let film = try folder.write(Array(repeatElement(picture, count: 5).joined()), as: "film.mjpeg")
    let broker = try await TestBroker()
    let messages = try BrokerMessages(port: broker.port)
    let daemon = try DaemonProcess([
      "run", "--camera", "film=\(film)", "--camera", "hall=demo", "--listen", "off", "--mqtt",
      "127.0.0.1:\(broker.port)", "--set", "mqtt.topic=house",
    ])
    _ = try await messages.first("the film's end") {
      $0.topic == "house/film/camera" && $0.json?["state"] as? String == "ended"
    }
    _ = try await messages.first("the other camera") { $0.topic == "house/hall/state" }
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 0)
    let hall = messages.all.filter { $0.topic == "house/hall/camera" }
    #expect(hall.allSatisfy { $0.json?["state"] as? String == "running" }, "a stop is no film's end")
  }

  /// The port is taken, as where somebody starts the program a second time by mistake.
  @Test func aStartThatFailsDoesNotTakeTheNameAtTheBroker() async throws {
    let broker = try await TestBroker()
    let first = try Self.daemon("127.0.0.1:\(broker.port)", ["mqtt.client_id=watcher"])
    let address = try await first.address()
    let port = try #require(address.port)
    _ = try await first.message("mqtt: connected to")
    let second = await DaemonProcess.run([
      "run", "--source", "demo", "--listen", "127.0.0.1:\(port)", "--mqtt", "127.0.0.1:\(broker.port)",
      "--set", "mqtt.client_id=watcher",
    ])
    #expect(second.status == 69, "\(second.errors)")
    first.signal(SIGTERM)
    #expect(await first.waitForEnd().status == 0)
    try await TestSupport.wait(seconds: DaemonProcess.patienceSeconds, for: "the goodbye; \(broker.log)") {
      broker.log.contains("Client watcher disconnected")
    }
    #expect(broker.log.components(separatedBy: " as watcher (").count == 2, "\(broker.log)")
  }

  /// select(2) knows no descriptors beyond 1023.
  @Test func aBrokerIsReachedWhereAThousandFilesAreOpen() async throws {
    let broker = try await TestBroker()
    let messages = try BrokerMessages(port: broker.port)
    // Free descriptors only: over one of those that are open Foundation learns of the program's end.
    let opening =
      "ulimit -S -n 4096; for ((n = 0; n < 1100; n++)); do exec {file}</dev/null; done; exec \"$@\""
    let daemon = try DaemonProcess(
      [
        "run", "--source", "demo", "--listen", "off", "--mqtt", "127.0.0.1:\(broker.port)",
        "--set", "mqtt.topic=\(Self.prefix)",
      ], activation: "exec bash -c '\(opening)' bash \"$@\"")
    _ = try await messages.first("a state") { $0.topic == Self.prefix + "/state" }
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 0)
    _ = try await messages.first("offline") { $0.payload == "offline" }
  }

  @Test func theBrokerSaysWhenTheProgramWasKilled() async throws {
    let broker = try await TestBroker()
    let messages = try BrokerMessages(port: broker.port)
    let daemon = try Self.daemon("mqtt://127.0.0.1:\(broker.port)")
    _ = try await messages.first("online") { $0.payload == "online" }
    daemon.signal(SIGKILL)
    #expect(await daemon.waitForEnd().status == SIGKILL)
    let will = try await messages.first("the last will") { $0.payload == "offline" }
    #expect(will.topic == Self.prefix + "/status")
    let late = try BrokerMessages(port: broker.port)
    #expect(try await late.first("offline") { $0.topic == Self.prefix + "/status" }.isRetained)
  }

  @Test func aBrokerThatIsStartedAgainIsToldEverything() async throws {
    let broker = try await TestBroker()
    let daemon = try Self.daemon("mqtt://127.0.0.1:\(broker.port)")
    let address = try await daemon.address()
    _ = try await daemon.message("mqtt: connected to")
    broker.stop()
    _ = try await daemon.message("mqtt: no connection to")
    try await Self.wait(address) { $0["emotiond_output_up{output=\"mqtt\"}"] == 0 }
    // The pipeline goes on meanwhile.
    let analysed = try await Self.metrics(address)["emotiond_frames_analysed_total"] ?? 0
    try await Self.wait(address) { $0["emotiond_frames_analysed_total"] ?? 0 >= analysed + 5 }
    try await broker.start()
    let messages = try BrokerMessages(port: broker.port)
    for topic in ["status", "state", "camera"] {
      _ = try await messages.first(topic) { $0.topic == "\(Self.prefix)/\(topic)" }
    }
    _ = try await messages.first("discovery") { $0.topic.hasPrefix("homeassistant/sensor/") }
    try await Self.wait(address) { $0["emotiond_output_up{output=\"mqtt\"}"] == 1 }
    #expect(try await Self.metrics(address)["emotiond_output_failures_total{output=\"mqtt\"}"] ?? 0 >= 1)
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 0)
  }

  @Test func aBrokerThatIsAwayEndsNothing() async throws {
    // A port where nobody listens: the broker's own after its end.
    let broker = try await TestBroker()
    broker.stop()
    let daemon = try Self.daemon("mqtt://127.0.0.1:\(broker.port)")
    let address = try await daemon.address()
    _ = try await daemon.message("trying again for ever")
    try await Self.wait(address) { $0["emotiond_frames_analysed_total"] ?? 0 >= 5 }
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 0)
  }

  /// The password is read anew for each attempt: one that was wrong can be put right.
  @Test func aPasswordIsAskedFor() async throws {
    let folder = try TemporaryFolder()
    let passwords = folder.path("passwords")
    let hashing = Process()
    hashing.executableURL = try TestBroker.executable("mosquitto_passwd")
    hashing.arguments = ["-b", "-c", passwords, "watcher", "right"]
    try hashing.run()
    hashing.waitUntilExit()
    #expect(hashing.terminationStatus == 0)
    let broker = try await TestBroker(access: ["allow_anonymous false", "password_file \(passwords)"])
    let credentials = folder.path("credentials")
    func write(_ text: String, mode: Int) throws {
      #expect(
        FileManager.default.createFile(
          atPath: credentials, contents: Data(text.utf8), attributes: [.posixPermissions: mode]))
    }
    try write("watcher\nwrong\n", mode: 0o644)
    let daemon = try Self.daemon("mqtt://127.0.0.1:\(broker.port)", ["mqtt.credentials=\(credentials)"])
    _ = try await daemon.message("everybody on this machine can read the password")
    chmod(credentials, 0o600)
    let said = try await daemon.message("Connection Refused: ")
    #expect(!said.contains("wrong"), "a password is nowhere said")
    try write("watcher\nright\n", mode: 0o600)
    _ = try await daemon.message("mqtt: connected to")
    let messages = try BrokerMessages(
      port: broker.port, options: ["-h", "127.0.0.1", "-u", "watcher", "-P", "right"])
    _ = try await messages.first("a state") { $0.topic == Self.prefix + "/state" }
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 0)
  }

  @Test func anEncryptedBrokerIsKnownByItsCertificate() async throws {
    let folder = try TemporaryFolder()
    let (certificate, key) = (folder.path("certificate.pem"), folder.path("key.pem"))
    let making = Process()
    making.executableURL = try TestBroker.executable("openssl")
    making.arguments = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
      "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
    ]
    making.standardError = FileHandle.nullDevice
    try making.run()
    making.waitUntilExit()
    #expect(making.terminationStatus == 0)
    let broker = try await TestBroker(access: [
      "allow_anonymous true", "certfile \(certificate)", "keyfile \(key)",
    ])
    let stranger = try Self.daemon("mqtts://localhost:\(broker.port)")
    _ = try await stranger.address()
    let said = try await stranger.message("mqtt: no connection to mqtts://localhost")
    #expect(said.lowercased().contains("certificate"), "\(said)")
    stranger.signal(SIGTERM)
    #expect(await stranger.waitForEnd().status == 0)

    let friend = try Self.daemon("mqtts://localhost:\(broker.port)", ["mqtt.ca=\(certificate)"])
    let messages = try BrokerMessages(
      port: broker.port, options: ["-h", "localhost", "--cafile", certificate])
    _ = try await messages.first("a state") { $0.topic == Self.prefix + "/state" }
    friend.signal(SIGTERM)
    #expect(await friend.waitForEnd().status == 0)
  }

  @Test func mistakesAreNamed() async {
    for (setting, reason) in [
      ("mqtt.broker=http://host", "begins neither with mqtt:// nor with mqtts://"),
      ("mqtt.topic=a/#", "is no topic"), ("mqtt.qos=3", "is no whole number from 0 to 2"),
    ] {
      let outcome = await DaemonProcess.run(["config", "--check", "--set", setting])
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    }
  }

  private static func metrics(_ address: URL) async throws -> [String: Double] {
    let (data, _) = try await URLSession.shared.data(from: address.appending(path: "metrics"))
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
    return Dictionary(
      lines.compactMap { line in
        guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...])
        else { return nil }
        return (String(line[..<space]), value)
      }, uniquingKeysWith: { first, _ in first })
  }

  private static func wait(_ address: URL, until condition: ([String: Double]) -> Bool) async throws {
    try await TestSupport.wait(seconds: DaemonProcess.patienceSeconds, for: "the figures") {
      condition(try await metrics(address))
    }
  }
}
