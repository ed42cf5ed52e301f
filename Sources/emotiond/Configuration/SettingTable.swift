import Capture
import Imaging
import Pipeline
import Streaming

/// All settings in the order in which they are printed. The configuration file, the environment, the command
/// line, `config --print` and the manual are made from this one table.
enum SettingTable {
  static let all: [Setting] =
    source + name + camera.map { $0.reloading(.reopensCamera) } + idle.map { $0.reloading(.atOnce) }
    + exit + faces + analysisRate.map { $0.reloading(.atOnce) } + workers + output + labelFile
    + appearance.map { $0.reloading(.atOnce) } + broker + history + http + log.map { $0.reloading(.atOnce) }

  /// Those that each of several cameras may have a value of its own for. Standard input, the network and the outputs
  /// are there once.
  static let ofCameras: [Setting] = all.filter { setting in
    switch setting.key {
    case "source.stdin_format", "source.stdin_size", "camera.name", "camera.exit_on_error", "faces.model",
      "faces.flip",
      "faces.workers":
      false
    case "output.overlay", "output.jpeg_quality", "output.pass_through": true
    default: ["source.", "camera.", "faces."].contains { setting.key.hasPrefix($0) }
    }
  }

  /// The setting of a name, or nil.
  static func setting(_ key: String) -> Setting? { all.first { $0.key == key } }

  private static let source: [Setting] = [
    .text(
      "source.input", \.source,
      "What is watched: auto (the first camera, else demo), demo, a camera (/dev/video0, a path below "
        + "/dev/v4l/by-id, an index), a video file, a picture, a folder of pictures, or - for standard input."
    ),
    .flag("source.loop", \.loop, "Whether files start again at their end."),
    .choice(
      "source.speed", \.speed, PlaybackSpeed.allCases.map(\.rawValue),
      "How fast files are played: at their own rate, or every frame as fast as it can be analysed."),
    .text(
      "source.stdin_format", \.stdinFormat,
      "What comes on standard input: auto (MJPEG or YUV4MPEG2, told apart by the first bytes), mjpeg, y4m, or "
        + "raw frames: " + RawPixelFormat.allCases.map { "\($0)" }.joined(separator: ", ") + "."
    ) { text in
      ["auto", "mjpeg", "y4m"].contains(text)
        || RawPixelFormat.allCases.contains { "\($0)" == text.lowercased() }
        ? nil : "is none of them"
    },
    .text("source.stdin_size", \.stdinSize, "Size of raw frames on standard input, for example 640x480.") {
      text in
      text.isEmpty || PixelSize(text) != nil ? nil : "is no size like 640x480"
    },
  ]

  private static let name: [Setting] = [
    .text(
      "camera.name", \.cameraName,
      "What the camera is called at a broker and in a history; empty for a name that follows from the source: video0."
    ) { CameraName.refusal($0) }
  ]

  private static let camera: [Setting] = [
    .text(
      "camera.size", \.cameraSize, "Size that is asked of the camera; it may give another one."
    ) { PixelSize($0) == nil ? "is no size like 640x480" : nil },
    .number("camera.fps", \.cameraFramesPerSecond, 1...240, "Frames a second that are asked of the camera."),
    .text(
      "camera.format", \.cameraFormat,
      "Pixel format: auto, or one of those that `emotiond devices` lists, for example mjpg or yuyv."
    ) { text in
      text == "auto" || CameraPixelFormat(name: text) != nil
        ? nil : "is none of auto, " + CameraPixelFormat.all.map(\.name).joined(separator: ", ")
    },
    .pairs(
      "camera.controls", \.cameraControls,
      "Camera controls at start, for example brightness=128,exposure_auto=1."),
    .number(
      "camera.stall_seconds", \.cameraStallSeconds, 2...120,
      "A camera that sends nothing of use for this long is opened anew. Seconds,"),
  ]

  private static let idle: [Setting] = [
    .choice(
      "camera.idle", \.idle, PipelineSettings.IdlePolicy.allCases.map(\.rawValue),
      "What the camera does while nobody watches and nobody takes labels: it goes on (keep), two frames a second are "
        + "looked at (slow), or it is closed and its lamp is off until somebody comes (close)."),
    .number(
      "camera.idle_seconds", \.idleSeconds, 0...3600,
      "It does so when nobody has watched for this long. Seconds,"),
  ]

  private static let exit: [Setting] = [
    .flag(
      "camera.exit_on_error", \.exitOnDeviceError,
      "End with exit code 69 when the camera fails, instead of waiting for it.")
  ]

  private static let faces: [Setting] = [
    .text(
      "faces.cascade", \.cascade, "Cascade file of the face detector; empty for the one that is shipped."),
    .text("faces.model", \.model, "Weight file of the network; empty for the one that is shipped."),
    .choice(
      "faces.flip", \.flip, ["auto", "on", "off"],
      "Classify each face's mirror image too and average: more accurate, twice the work. auto does so where it takes "
        + "no more than a third of the time between two analyses, by the rates at the start; with speed max always."
    ),
    .integer(
      "faces.search_width", \.searchWidth, 80...4096,
      "Faces are looked for on a copy of this width in pixels: more finds smaller faces and costs more time."),
    .number(
      "faces.scale_factor", \.scaleFactor, 1.01...2, "Step between the sizes of face that are looked for."),
    .integer("faces.minimum_neighbors", \.minimumNeighbors, 0...50, "Overlapping hits that make a face."),
    .integer("faces.minimum_size", \.minimumSize, 1...4096, "Smallest face, in pixels of the frame."),
    .integer("faces.confirming_hits", \.confirmingHits, 1...30, "A face is shown after this many hits"),
    .integer("faces.confirming_frames", \.confirmingFrames, 1...30, "... within this many analysed frames."),
    .number(
      "faces.missing_seconds", \.missingSeconds, 0...10, "A face keeps its id while missed for this long."),
    .number(
      "faces.smoothing_seconds", \.smoothingSeconds, 0...10,
      "Time over which scores are smoothed; 0 for none."),
    .number(
      "faces.uncertain_below", \.uncertainBelow, 0...1, "Labels below this probability are marked uncertain."),
  ]

  private static let analysisRate: [Setting] = [
    .number("faces.analysis_fps", \.analysisFramesPerSecond, 0.1...240, "Analyses a second at most.")
  ]

  private static let workers: [Setting] = [
    .integer("faces.workers", \.workers, 0...64, "Threads of the network; 0 for one a processor.")
  ]

  private static let output: [Setting] = [
    .text(
      "output.labels", \.labels,
      "Where label records go, one JSON object a line: - for standard output, fd:N, or a file, which is appended to; "
        + "off or empty for nowhere.",
      offIsEmpty: true, accepts: refusalOfOutput),
    .text(
      "output.frames", \.frames,
      "Where annotated frames go as a stream of JPEGs: - for standard output, fd:N, or a file; off or empty for nowhere.",
      offIsEmpty: true, accepts: refusalOfOutput),
  ]

  private static let refusalOfOutput: @Sendable (String) -> String? = { text in
    do throws(CommandFailure) { _ = try OutputTarget(text) } catch { return "is no output: \(error.message)" }
    return nil
  }

  private static let appearance: [Setting] = [
    .flag("output.overlay", \.overlay, "Whether boxes and labels are drawn into the frames."),
    .integer(
      "output.jpeg_quality", \.jpegQuality, 1...100, "JPEG quality of frames that are encoded here."),
    .flag(
      "output.pass_through", \.passThrough,
      "Whether JPEGs of the camera are shown as they came where nothing is drawn on them, which costs nothing; "
        + "else every frame is encoded with jpeg_quality."),
  ]

  private static let http: [Setting] = [
    .text(
      "http.listen", \.listen,
      "Where the page and the stream are: address and port, unix:/path for a socket in the file system, or off. An "
        + "address that other machines reach needs a token. Sockets that systemd opened are used in its place, unless "
        + "it is off."
    ) { text in
      guard text != "off" else { return nil }
      do throws(HTTPServerError) { _ = try ListenPlace(text) } catch {
        guard case .badAddress(_, let reason) = error else { return "is no address: \(error)" }
        return "is no address: \(reason)"
      }
      return nil
    },
    .text(
      "http.token_file", \.tokenFile,
      "File that holds the token which every client then has to show; `(umask 077; openssl rand -hex 24 > token)` makes "
        + "one. Empty: systemd's credential `token` where there is one, else no token. A relative path is below "
        + "$CREDENTIALS_DIRECTORY where systemd sets it."),
    .text(
      "http.hosts", \.hosts,
      "Names by which clients may call the daemon besides loopback ones, separated by commas: what a reverse proxy or "
        + "the machine is called. Empty: on a loopback address none, elsewhere all."
    ) { text in
      HostNames(text) == nil ? "is no list of names like camera.example,camera.local, without ports" : nil
    },
    .text(
      "http.tls_certificate", \.tlsCertificate,
      "Certificate for HTTPS (PEM, with those that lead to an authority); empty for plain HTTP. A reload (SIGHUP) reads "
        + "the files of certificate, key and token again; other names for them have to wait. A relative path is below "
        + "$CREDENTIALS_DIRECTORY where systemd sets it."),
    .text(
      "http.tls_key", \.tlsKey,
      "The certificate's key (PEM, not encrypted), looked for as the certificate is."),
    .text("http.socket_mode", \.socketMode, "Permissions of the socket of unix:/path, for example 0660.") {
      text in
      FileMode(text) == nil ? "is no file mode like 0660" : nil
    },
    .integer("http.maximum_clients", \.maximumClients, 1...10_000, "Connections at the same time."),
    .integer(
      "http.maximum_viewers", \.maximumViewers, 0...10_000,
      "Of these, viewers of the stream; 0 for no limit of their own."),
    .number(
      "http.request_seconds", \.requestSeconds, 0.1...3600,
      "Time that a client has for a request, and for taking an answer. Seconds,"),
  ]

  private static let log: [Setting] = [
    .choice(
      "log.level", \.logLevel, ["debug", "info", "warning", "error"], "What is logged to standard error.")
  ]
}
