import Foundation
import FoundationNetworking
import TestSupport
import Testing

@testable import emotiond

@Suite(.serialized) struct CamerasTests {
  private func layers(_ text: String) throws -> ConfigurationLayers {
    let folder = try TemporaryFolder()
    var layers = ConfigurationLayers()
    try layers.apply(file: folder.write(Array(text.utf8), as: "emotiond.toml"))
    return layers
  }

  @Test func aCameraHasWhatAllHaveAndWhatIsItsOwn() throws {
    let layers = try layers(
      """
      [camera]
      size = "320x240"
      fps = 15

      [cameras.hall]
      input = "/dev/video2"
      size = "1280x720"
      controls = "brightness=3"

      [cameras.door]
      input = "demo"
      analysis_fps = 5
      """)
    let configuration = layers.configuration
    // In the order of the file and not of the alphabet: the first is the one of the paths without a name.
    #expect(configuration.cameras.map(\.name) == ["hall", "door"])
    let hall = configuration.configuration(for: configuration.cameras[0])
    let door = configuration.configuration(for: configuration.cameras[1])
    #expect((hall.source, hall.cameraSize, hall.cameraFramesPerSecond) == ("/dev/video2", "1280x720", 15))
    #expect(hall.cameraControls == ["brightness": "3"])
    #expect((door.source, door.cameraSize, door.analysisFramesPerSecond) == ("demo", "320x240", 5))
    guard case .file(_, let line) = layers.origin(of: "cameras.hall.size") else {
      return #expect(Bool(false), "no origin")
    }
    #expect(line == 7)
    let again = try self.layers(layers.printed())
    #expect(again.configuration == configuration)
  }

  @Test(arguments: ["\n", "\r\n"])
  func theOrderIsThatOfTheFileHoweverItsTablesAreHeaded(newline: String) throws {
    let configured = try layers(
      [
        "# What is watched.", "[cameras.hall] # the first", "input = \"demo\"", "", "[ cameras . door ]",
        "input = \"demo\"", "[cameras.\"garden\"]", "  input = \"demo\"", "\t[cameras.'attic']\t# the last",
        "size = \"320x240\"", "input = \"demo\"",
      ].joined(separator: newline))
    #expect(configured.configuration.cameras.map(\.name) == ["hall", "door", "garden", "attic"])
    for (name, expected) in [("hall", 3), ("door", 6), ("garden", 8), ("attic", 11)] {
      guard case .file(_, let line) = configured.origin(of: "cameras.\(name).input") else {
        Issue.record("\(name) has no origin")
        continue
      }
      #expect(line == expected, "\(name)")
    }
  }

  @Test(arguments: [
    ("[cameras]\ndoor = 3", "cameras.door is no table"),
    ("[cameras.Door]\ninput = \"demo\"", "is no name of a camera"),
    ("[cameras.door]\nlisten = \"127.0.0.1:1\"", "listen is nothing that a single camera has"),
    ("[cameras.door]\nsize = \"big\"", "line 2"),
    ("[cameras.door]\nfps = 1000", "line 2"),
    ("[cameras.door] # at the back\r\nfps = 1000", "line 2"),
  ])
  func whatIsWrongIsNamed(text: String, message: String) throws {
    let failure = #expect(throws: ConfigurationLayers.Failure.self) { try layers(text) }
    if message.hasPrefix("line 2") {
      #expect(failure?.place.hasSuffix("line 2") == true, "\(String(describing: failure))")
    } else {
      #expect(failure?.description.contains(message) == true, "\(String(describing: failure))")
    }
  }

  @Test func thereIsALimit() throws {
    var configuration = Configuration()
    for number in 0..<CameraEntry.maximumCount {
      try configuration.set("input", to: "demo", ofCamera: "c\(number)")
    }
    #expect(throws: Setting.Refusal.self) {
      try configuration.set("input", to: "demo", ofCamera: "one-more")
    }
  }

  @Test(arguments: [
    (["--set", "cameras.door.size=320x240"], "cameras.door: nothing says what it watches"),
    (["--camera", "a=/dev/video0", "--camera", "b=/dev/video0"], "both watch /dev/video0"),
    (["--camera", "a=demo", "--frames", "-"], "output.frames"),
  ])
  func whatCannotBeIsRefused(arguments: [String], message: String) async throws {
    let outcome = await DaemonProcess.run(["run", "--listen", "off"] + arguments)
    #expect(outcome.status == 78, "\(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func twoCamerasAreWatchedByOneProgram() async throws {
    let daemon = try DaemonProcess([
      "run", "--camera", "door=demo", "--camera", "hall=demo", "--set", "cameras.hall.size=320x240",
      "--listen", "127.0.0.1:0", "--labels", "-",
    ])
    let address = try await daemon.address()
    let (list, _) = try await URLSession.shared.data(from: address.appending(path: "cameras"))
    let named = try #require(JSONSerialization.jsonObject(with: list) as? [String: [[String: Any]]])
    #expect(named["cameras"]?.map { $0["name"] as? String } == ["door", "hall"])
    let lines = try await daemon.lines(atLeast: 20)
    for name in ["door", "hall"] {
      #expect(lines.contains { $0.contains("\"camera_name\":\"\(name)\"") && $0.contains("\"id\":1,") })
      let (state, _) = try await URLSession.shared.data(
        from: address.appending(path: "cameras/\(name)/state"))
      let json = try #require(JSONSerialization.jsonObject(with: state) as? [String: Any])
      #expect(json["camera_name"] as? String == name)
      let size = try #require(json["size"] as? [String: Any])
      #expect(size["width"] as? Int == (name == "door" ? 640 : 320))
    }
    daemon.signal(SIGTERM)
    let outcome = await daemon.waitForEnd()
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func aFilmThatIsNoneLeavesTheOthersAlone() async throws {
    let folder = try TemporaryFolder()
    let film = try folder.write(Array("no film".utf8), as: "film.mjpeg")
    let daemon = try DaemonProcess([
      "run", "--camera", "film=\(film)", "--camera", "hall=demo",
      "--listen", "127.0.0.1:0", "--labels", "-",
    ])
    _ = try await daemon.message("film: ")
    let seen = try await daemon.lines(atLeast: 1).count
    _ = try await daemon.lines(atLeast: seen + 3)
    daemon.signal(SIGTERM)
    let outcome = await daemon.waitForEnd()
    #expect(outcome.status == 65, "\(outcome.errors)")
  }
}
