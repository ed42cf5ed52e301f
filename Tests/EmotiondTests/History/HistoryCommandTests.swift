import Foundation
import TestSupport
import Testing

@testable import emotiond

@Suite(.serialized) struct HistoryCommandTests {
  @Test func whatTheDaemonSawIsShownAndExported() async throws {
    let folder = try TemporaryFolder()
    let database = folder.path("history.sqlite")
    let file = try folder.write(
      Array("[history]\npath = \"history.sqlite\"\ninterval_seconds = 0\n[camera]\nname = \"door\"\n".utf8),
      as: "emotiond.toml")
    // As systemd would say where the service's files belong.
    let environment = ["STATE_DIRECTORY": folder.url.path, "EMOTIOND_CONFIG": file]
    let labels = folder.path("labels")
    let daemon = try DaemonProcess(
      ["run", "--source", "demo", "--listen", "off", "--labels", labels], environment: environment)
    try await Self.wait { try Self.lines(labels).count >= 12 }
    daemon.signal(SIGTERM)
    let outcome = await daemon.waitForEnd()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let records = try Self.lines(labels).count { !$0.contains("\"faces\":[]") }

    let csv = await DaemonProcess.run(["history", "--database", database, "--format", "csv"])
    let rows = csv.output.split(separator: "\r\n")
    #expect(
      rows.first?.hasPrefix("time,camera,frame,frame_width,frame_height,face,x,y,width,height,emotion")
        == true)
    #expect(rows.count == records + 1, "each record that was told is kept")
    #expect(rows.dropFirst().allSatisfy { $0.contains(",door,") && $0.split(separator: ",").count == 20 })

    let table = try DaemonProcess(["history", "--limit", "3", "--since", "1h"], environment: environment)
    let lines = await table.waitForEnd().output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.first?.hasPrefix("time") == true)

    let summary = await DaemonProcess.run([
      "history", "--database", database, "--summary", "1d", "--camera", "door", "--format", "json",
    ])
    let day = try #require(
      JSONSerialization.jsonObject(with: Data((summary.output.split(separator: "\n").first ?? "").utf8))
        as? [String: Any])
    #expect(day["camera"] as? String == "door")
    #expect(day["records"] as? Int ?? 0 >= 12)
  }

  @Test(arguments: [
    (["history"], Int32(64), "history.path is not set"),
    (["history", "--database", "/nowhere/history.sqlite"], 66, "there is no such file"),
    (["history", "--database", "/etc/passwd"], 78, "is no history of emotiond"),
    (["history", "--database", "x", "--since", "yesterday"], 64, "is no time like"),
    (["history", "--database", "x", "--summary", "often"], 64, "is no length of time"),
    (["history", "--database", "x", "--emotion", "joy"], 64, "is none of anger, disgust"),
    (["history", "--database", "x", "--events", "--summary", "1h"], 64, "--events are of cameras"),
    (["run", "--source", "demo", "--history", "/nowhere/history.sqlite"], 74, "No such file or directory"),
    (["run", "--source", "demo", "--history", "/etc/passwd"], 78, "is no history of emotiond"),
    (["run", "--source", "demo", "--labels", "/nowhere/labels"], 74, "No such file or directory"),
  ])
  func mistakesAreNamed(arguments: [String], status: Int32, message: String) async {
    let outcome = await DaemonProcess.run(arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  private static func lines(_ path: String) throws -> [Substring] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
  }

  private static func wait(until condition: () throws -> Bool) async throws {
    try await TestSupport.wait(
      seconds: DaemonProcess.patienceSeconds, for: "what the daemon writes", until: condition)
  }

  @Test func camerasAreNamedAfterTheirSource() {
    for (source, name) in [
      ("auto", "camera"), ("demo", "demo"), ("/dev/video3", "video3"), ("3", "video3"), ("-", "stdin"),
      ("/films/people.mp4", "people.mp4"), ("/dev/v4l/by-id/usb-HD_Webcam-index0", "usb-HD_Webcam-index0"),
    ] {
      var configuration = Configuration()
      configuration.source = source
      #expect(CameraName.name(configuration) == name)
    }
    var configuration = Configuration()
    configuration.cameraName = "front door"
    #expect(CameraName.name(configuration) == "front door")
    #expect(CameraName.refusal("a\nb") != nil)
  }

  @Test func filesBelongIntoTheServicesFolder() {
    let environment = ["STATE_DIRECTORY": "/var/lib/emotiond/video0:/var/lib/other"]
    #expect(
      ServiceFolder.state.path("history.sqlite", environment: environment)
        == "/var/lib/emotiond/video0/history.sqlite")
    #expect(ServiceFolder.state.path("/a/b", environment: environment) == "/a/b")
    #expect(ServiceFolder.state.path("a/b", environment: [:]) == "a/b")
    #expect(ServiceFolder.state.path("", environment: environment) == "")
  }
}
