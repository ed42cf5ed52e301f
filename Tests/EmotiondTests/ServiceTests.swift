import Foundation
import FoundationNetworking
import Imaging
import TestSupport
import Testing

@testable import emotiond

/// The program as a service: what it tells systemd, and what signals do.
@Suite(.serialized) struct ServiceTests {
  /// The address is said when the signals are listened to, so none that follows it is lost.
  @Test func aSignalAtTheFirstMomentIsHeard() async throws {
    for _ in 0..<5 {
      let daemon = try DaemonProcess(["run", "--source", "demo", "--listen", "127.0.0.1:0"])
      _ = try await daemon.address()
      daemon.signal(SIGTERM)
      let outcome = await daemon.waitForEnd()
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
  }

  @Test func systemdHearsHowTheServiceFares() async throws {
    let folder = try TemporaryFolder()
    let socket = try NotifySocket(in: folder)
    let daemon = try DaemonProcess(
      ["run", "--device", "/dev/video252", "--listen", "127.0.0.1:0", "--labels", "-"],
      environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "3000000"])
    _ = try socket.message("READY=1")
    let status = try socket.message("STATUS=waiting: ")
    #expect(status.contains("/dev/video252"))
    _ = try socket.message("WATCHDOG=1")
    let record = try #require(try await daemon.lines(atLeast: 1).first)
    #expect(record.contains(#""camera":{"state":"absent","reason":"/dev/video252: there is no such device;"#))
    #expect(record.contains(#","device":"/dev/video252"}}"#))
    daemon.signal(SIGTERM)
    _ = try socket.message("STOPPING=1")
    #expect(await daemon.waitForEnd().status == 0)
  }

  @Test func aReloadChangesWhatItCanAndSaysWhatItCannot() async throws {
    let folder = try TemporaryFolder()
    let socket = try NotifySocket(in: folder)
    let file = try folder.write(Array("[output]\njpeg_quality = 80\n".utf8), as: "emotiond.toml")
    let daemon = try DaemonProcess(
      ["run", "--source", "demo", "--listen", "127.0.0.1:0", "--config", file],
      environment: ["NOTIFY_SOCKET": socket.path])
    let address = try await daemon.address()
    _ = try socket.message("READY=1")
    let before = try await Self.snapshot(address)

    try folder.write(
      Array("[output]\njpeg_quality = 5\n[http]\nmaximum_clients = 3\n[log]\nlevel = \"info\"\n".utf8),
      as: "emotiond.toml")
    daemon.signal(SIGHUP)
    let reloading = try socket.message("RELOADING=1")
    #expect(reloading.contains("MONOTONIC_USEC="))
    _ = try socket.message("READY=1")
    let said = try await daemon.message("http.maximum_clients takes effect at the next start")
    #expect(said.contains("output.jpeg_quality is 5 at once"))
    #expect(!said.contains("log.level"))
    #expect(try await Self.snapshot(address) < before / 2)

    // A mistake: the line is named, and the picture stays as small as it is.
    try folder.write(Array("[output]\njpeg_quality = 500\n".utf8), as: "emotiond.toml")
    daemon.signal(SIGHUP)
    _ = try socket.message("RELOADING=1")
    _ = try socket.message("READY=1")
    let refusal = try await daemon.message("configuration not reloaded")
    #expect(refusal.contains("\(file), line 2: output.jpeg_quality: \"500\""))
    #expect(try await Self.snapshot(address) < before / 2)

    // What waits for the next start is said again.
    try folder.write(
      Array("[output]\njpeg_quality = 5\n[http]\nmaximum_clients = 4\n".utf8), as: "emotiond.toml")
    daemon.signal(SIGHUP)
    _ = try socket.message("RELOADING=1")
    _ = try socket.message("READY=1")
    try await wait(seconds: 120, for: "the second warning") {
      try await daemon.message("maximum_clients takes effect")
        .matches(of: /maximum_clients takes effect/).count == 2
    }
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 0)
  }

  private static func snapshot(_ address: URL) async throws -> Int {
    let (jpeg, _) = try await URLSession.shared.data(from: address.appending(path: "snapshot.jpg"))
    #expect(try JPEGDecoder().decode(Array(jpeg)).width == 640)
    return jpeg.count
  }

  @Test func aDemoThatNobodyWatchesRestsUntilSomebodyDoes() async throws {
    let daemon = try DaemonProcess([
      "run", "--source", "demo", "--listen", "127.0.0.1:0", "--idle", "close", "--set",
      "camera.idle_seconds=0",
    ])
    let address = try await daemon.address()
    _ = try await daemon.message("nobody watches")
    let (health, _) = try await URLSession.shared.data(from: address.appending(path: "healthz"))
    let state = try #require(JSONSerialization.jsonObject(with: health) as? [String: Any])
    #expect((state["reason"] as? String)?.contains("nobody watches") == true)
    _ = try await daemon.message("nobody watches")
    var request = URLRequest(url: address.appending(path: "snapshot.jpg"))
    request.timeoutInterval = 30
    let (jpeg, response) = try await URLSession.shared.data(for: request)
    #expect((response as? HTTPURLResponse)?.value(forHTTPHeaderField: "X-Emotiond-Placeholder") == nil)
    #expect(try JPEGDecoder().decode(Array(jpeg)).width == 640)
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 0)
  }

  /// The variable is inherited: by a program whose standard error goes elsewhere, too.
  @Test func onlyTheJournalGetsItsPriorities() async throws {
    let elsewhere = "JOURNAL_STREAM=1:2 exec \"$@\""
    let journal = "JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec \"$@\""
    for (activation, beginning) in [(elsewhere, "emotiond: "), (journal, "<")] {
      let daemon = try DaemonProcess(
        ["run", "--source", "demo", "--listen", "127.0.0.1:0"], activation: activation)
      let said = try await daemon.message("watch at http")
      #expect(said.split(separator: "\n").allSatisfy { $0.hasPrefix(beginning) }, "\(said)")
      daemon.signal(SIGTERM)
      #expect(await daemon.waitForEnd().status == 0)
    }
  }

  @Test func everySettingSaysWhatAReloadDoes() async {
    let outcome = await DaemonProcess.run(["config", "--explain"])
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n")
      .filter { $0.contains("after a reload (SIGHUP) it holds") }
    #expect(lines.count == SettingTable.all.count)
    let effects = Dictionary(uniqueKeysWithValues: SettingTable.all.map { ($0.key, $0.effect) })
    #expect(effects["camera.size"] == .reopensCamera)
    #expect(effects["camera.idle"] == .atOnce)
    #expect(effects["output.jpeg_quality"] == .atOnce)
    #expect(effects["faces.model"] == .nextStart)
    #expect(effects["source.input"] == .nextStart)
  }
}
