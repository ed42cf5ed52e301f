import Foundation
import Testing

@testable import emotiond

/// A file that is gone after the test.
private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
  let path = FileManager.default.temporaryDirectory.appending(path: "emotiond-\(UUID().uuidString).toml").path
  try text.write(toFile: path, atomically: true, encoding: .utf8)
  defer { try? FileManager.default.removeItem(atPath: path) }
  try body(path)
}

@Suite struct ConfigurationTests {
  @Test func laterLayersWinAndOriginsAreKept() throws {
    try withFile("[camera]\nsize = \"320x240\"\nfps = 15\n\n[http]\nlisten = \"127.0.0.1:1\"\n") { path in
      var layers = ConfigurationLayers()
      try layers.apply(file: path)
      try layers.apply(environment: [
        "EMOTIOND_HTTP_LISTEN": "127.0.0.1:2", "EMOTIOND_CAMERA_FPS": "20", "HOME": "/",
      ])
      try layers.apply(commandLine: [("http.listen", "127.0.0.1:3", "--listen")])
      #expect(layers.configuration.cameraSize == "320x240")
      #expect(layers.configuration.cameraFramesPerSecond == 20)
      #expect(layers.configuration.listen == "127.0.0.1:3")
      #expect(layers.origin(of: "camera.size") == .file(path: path, line: 2))
      #expect(layers.origin(of: "camera.fps") == .environment(name: "EMOTIOND_CAMERA_FPS"))
      #expect(layers.origin(of: "http.listen") == .commandLine)
      #expect(layers.origin(of: "faces.workers") == .builtIn)
    }
  }

  @Test func whatIsPrintedCanBeReadAgain() throws {
    var layers = ConfigurationLayers()
    try layers.apply(commandLine: [
      ("camera.controls", "brightness=128,contrast=3", "--control"),
      ("output.labels", "a \"b\" \\ c", "--labels"),
      ("faces.uncertain_below", "0.25", "--set"), ("output.overlay", "no", "--no-overlay"),
    ])
    try withFile(layers.printed()) { path in
      var again = ConfigurationLayers()
      try again.apply(file: path)
      #expect(again.configuration == layers.configuration)
    }
  }

  /// A file of the name would otherwise be written, as nobody means who knows `--listen off`.
  @Test(arguments: ["output.labels", "output.frames", "mqtt.broker", "history.path"])
  func offIsNoOutput(_ key: String) throws {
    var layers = ConfigurationLayers()
    try layers.apply(environment: ["EMOTIOND_" + key.uppercased().replacing(".", with: "_"): "some"])
    #expect(layers.configuration != Configuration())
    try layers.apply(commandLine: [(key, "off", "--option")])
    #expect(layers.configuration == Configuration())
  }

  @Test func theExampleFileIsRightAndChangesNothing() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../systemd/emotiond.toml").standardizedFileURL.path
    var layers = ConfigurationLayers()
    try layers.apply(file: path)
    #expect(layers.configuration == Configuration())
    // With its values uncommented it says the defaults.
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let uncommented = text.split(separator: "\n").map { line in
      line.hasPrefix("# ") && line.contains(" = ") && !line.contains("brightness") && !line.hasPrefix("#    ")
        ? String(line.dropFirst(2)) : String(line)
    }
    try withFile(uncommented.joined(separator: "\n")) { path in
      var layers = ConfigurationLayers()
      try layers.apply(file: path)
      #expect(layers.configuration == Configuration())
      let missing = SettingTable.all.map(\.key).filter { layers.origins[$0] == nil }
      #expect(missing == ["camera.controls"], "shown as a table of its own")
    }
  }

  @Test func controlsMayBeATableOfTheirOwn() throws {
    try withFile("[camera.controls]\nbrightness = 128\nfocus_auto = false\n") { path in
      var layers = ConfigurationLayers()
      try layers.apply(file: path)
      #expect(layers.configuration.cameraControls == ["brightness": "128", "focus_auto": "false"])
    }
  }

  @Test(arguments: [
    ("[http]\nlisten = \n", "line 2"),
    ("[http]\nlistn = \"x\"\n", "line 2: http.listn is no setting; is http.listen meant?"),
    ("[faces]\nworkers = 65\n", "line 2: faces.workers: \"65\" is no whole number from 0 to 64"),
    ("[faces]\nworkers = \"two\"\n", "line 2: faces.workers: \"two\" is no whole number from 0 to 64"),
    ("[camera]\nsize = \"big\"\n", "line 2: camera.size: \"big\" is no size like 640x480"),
    ("[camera]\nsize = [640, 480]\n", "line 2: camera.size is not a text, a number, true or false"),
    ("listen = \"x\"\n", "\"listen\" belongs into a table like [http]"),
    ("[source]\nspeed = \"fast\"\n", "line 2: source.speed: \"fast\" is none of real, max"),
    ("[source]\nstdin_format = \"bmp\"\n", "line 2: source.stdin_format: \"bmp\" is none of"),
    ("[camera]\nformat = \"foo\"\n", "line 2: camera.format: \"foo\" is none of auto, "),
    ("[output]\nlabels = \"fd:x\"\n", "line 2: output.labels: \"fd:x\" is no output"),
    ("[output]\nframes = \"fd:\"\n", "line 2: output.frames: \"fd:\" is no output"),
    ("[http]\nlisten = \"nonsense\"\n", "line 2: http.listen: \"nonsense\" is no address: a port is missing"),
    (
      "[http]\nlisten = \"unix:here\"\n",
      "line 2: http.listen: \"unix:here\" is no address: write the whole path"
    ),
  ])
  func mistakesAreNamedWithTheirPlace(text: String, message: String) throws {
    try withFile(text) { path in
      var layers = ConfigurationLayers()
      let failure = #expect(throws: ConfigurationLayers.Failure.self) { try layers.apply(file: path) }
      #expect(failure?.description.contains(message) == true, "\(failure?.description ?? "")")
      #expect(failure?.description.contains(path) == true)
    }
  }

  @Test func anUnknownVariableIsNamed() {
    var layers = ConfigurationLayers()
    let failure = #expect(throws: ConfigurationLayers.Failure.self) {
      try layers.apply(environment: ["EMOTIOND_HTTP_LISTN": "x"])
    }
    #expect(
      failure?.description == "environment: EMOTIOND_HTTP_LISTN is no setting; is EMOTIOND_HTTP_LISTEN meant?"
    )
  }

  @Test func everySettingIsReadWrittenAndExplained() throws {
    #expect(Set(SettingTable.all.map(\.key)).count == SettingTable.all.count)
    for setting in SettingTable.all {
      var configuration = Configuration()
      try setting.write(setting.read(configuration), to: &configuration)
      #expect(configuration == Configuration(), "\(setting.key)")
      #expect(setting.help.count > 10)
    }
  }
}
