import ArgumentParser

/// The options of `run` that have a name of their own; everything else is set with `--set`.
struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What is watched: auto (the first camera, else demo), demo, a camera, a video file, a picture, a folder of "
        + "pictures, or - for MJPEG, YUV4MPEG2 or raw frames on standard input.", valueName: "source"))
  var source: String?

  @Option(
    name: [.long, .customShort("d")],
    help: ArgumentHelp(
      "A camera: /dev/video0, a path below /dev/v4l/by-id, or its number.", valueName: "camera"))
  var device: String?

  @Option(
    help: ArgumentHelp(
      "One of several cameras, by name: door=/dev/video0, or any other source; may be repeated. Each is shown at "
        + "/cameras/<name>/.", valueName: "name=source"))
  var camera: [String] = []

  @Option(help: ArgumentHelp("Size asked of the camera (default: 640x480).", valueName: "width x height"))
  var size: String?

  @Option(help: ArgumentHelp("Frames a second asked of the camera (default: 30).", valueName: "number"))
  var fps: String?

  @Option(help: ArgumentHelp("Pixel format asked of the camera: auto, mjpg, yuyv, ...", valueName: "format"))
  var format: String?

  @Option(
    help: ArgumentHelp(
      "Sets a camera control, for example brightness=128; may be repeated.", valueName: "name=value"))
  var control: [String] = []

  @Flag(help: "Start files again at their end.")
  var loop = false

  @Option(
    help: ArgumentHelp(
      "Play files at their own rate (real) or analyse every frame (max).", valueName: "speed"))
  var speed: String?

  @Option(
    help: ArgumentHelp(
      "Where the page and the stream are served: an address, unix:/path, or off for nowhere (default: "
        + "127.0.0.1:8080). Addresses that other machines reach need a token.",
      valueName: "address:port"))
  var listen: String?

  @Option(
    help: ArgumentHelp("File that holds the token which clients have to show.", valueName: "file"))
  var tokenFile: String?

  @Option(help: ArgumentHelp("Certificate for HTTPS (PEM).", valueName: "file"))
  var tlsCertificate: String?

  @Option(help: ArgumentHelp("The certificate's key (PEM).", valueName: "file"))
  var tlsKey: String?

  @Option(
    name: [.long, .customShort("l")],
    help: ArgumentHelp(
      "Write label records, one JSON object a line: - for standard output, fd:N, or a file (default: off).",
      valueName: "where"))
  var labels: String?

  @Option(
    help: ArgumentHelp(
      "Write annotated JPEGs one after the other: - for standard output, fd:N, or a file (default: off).",
      valueName: "where"))
  var frames: String?

  @Option(
    help: ArgumentHelp(
      "Tell an MQTT broker what is seen: mqtt://host:1883, or mqtts://host for TLS (default: off).",
      valueName: "broker"))
  var mqtt: String?

  @Option(
    help: ArgumentHelp(
      "Keep records in a SQLite database, for `emotiond history` (default: off).", valueName: "file"))
  var history: String?

  @Flag(inversion: .prefixedNo, help: "Draw boxes and labels into the frames (default: yes).")
  var overlay: Bool?

  @Option(help: ArgumentHelp("Analyses a second at most (default: 15).", valueName: "number"))
  var analysisFps: String?

  @Option(help: ArgumentHelp("Threads of the network (default: one a processor).", valueName: "number"))
  var workers: String?

  @Option(help: ArgumentHelp("Weight file of the network.", valueName: "file"))
  var model: String?

  @Option(help: ArgumentHelp("Cascade file of the face detector.", valueName: "file"))
  var cascade: String?

  @Flag(help: "End with exit code 69 when the camera fails instead of waiting for it.")
  var exitOnDeviceError = false

  @Option(
    help: ArgumentHelp(
      "What the camera does while nobody watches: keep (goes on), slow, or close (default: keep).",
      valueName: "policy"))
  var idle: String?

  @Flag(help: "Let SIGUSR2 hang the program, to test a watchdog on it.")
  var debugSignals = false

  @Option(help: ArgumentHelp("debug, info, warning or error (default: info).", valueName: "level"))
  var logLevel: String?

  func validate() throws {
    if source != nil && device != nil {
      throw ValidationError("--source and --device say the same thing twice; give one of them")
    }
    if !camera.isEmpty && (source != nil || device != nil) {
      throw ValidationError("--camera names what is watched; leave --source and --device out")
    }
    for text in camera where !text.contains("=") {
      throw ValidationError("--camera \(text): is not of the form name=source")
    }
  }

  /// The settings that were given.
  var given: [(key: String, value: String, flag: String)] {
    var settings: [(key: String, value: String, flag: String)] = []
    func add(_ key: String, _ flag: String, _ value: String?) {
      if let value { settings.append((key, value, flag)) }
    }
    add("source.input", "--source", source)
    add("source.input", "--device", device)
    for text in camera {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      add("cameras.\(parts[0]).input", "--camera", parts.last)
    }
    add("camera.size", "--size", size)
    add("camera.fps", "--fps", fps)
    add("camera.format", "--format", format)
    add("camera.controls", "--control", control.isEmpty ? nil : control.joined(separator: ","))
    add("source.loop", "--loop", loop ? "true" : nil)
    add("source.speed", "--speed", speed)
    add("http.listen", "--listen", listen)
    add("http.token_file", "--token-file", tokenFile)
    add("http.tls_certificate", "--tls-certificate", tlsCertificate)
    add("http.tls_key", "--tls-key", tlsKey)
    add("output.labels", "--labels", labels)
    add("output.frames", "--frames", frames)
    add("mqtt.broker", "--mqtt", mqtt)
    add("history.path", "--history", history)
    add("output.overlay", "--overlay", overlay.map { String($0) })
    add("faces.analysis_fps", "--analysis-fps", analysisFps)
    add("faces.workers", "--workers", workers)
    add("faces.model", "--model", model)
    add("faces.cascade", "--cascade", cascade)
    add("camera.exit_on_error", "--exit-on-device-error", exitOnDeviceError ? "true" : nil)
    add("camera.idle", "--idle", idle)
    add("log.level", "--log-level", logLevel)
    return settings
  }
}
