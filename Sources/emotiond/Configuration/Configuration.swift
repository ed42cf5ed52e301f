/// Everything that can be set, validated. Defaults are those of ``init()``; ``SettingTable`` says what each value
/// is for and what it is called in the configuration file, the environment and on the command line.
struct Configuration: Sendable, Equatable {
  /// Where there are several cameras; in the order in which they were named. Empty for one, which the settings below
  /// describe.
  var cameras: [CameraEntry] = []

  var source = "auto"
  var loop = false
  var speed = "real"
  var stdinFormat = "auto"
  var stdinSize = ""

  var cameraName = ""
  var cameraSize = "640x480"
  var cameraFramesPerSecond = 30.0
  var cameraFormat = "auto"
  var cameraControls: [String: String] = [:]
  var cameraStallSeconds = 10.0
  var exitOnDeviceError = false
  var idle = "keep"
  var idleSeconds = 10.0

  var cascade = ""
  var model = ""
  var flip = "auto"
  var searchWidth = 320
  var scaleFactor = 1.15
  var minimumNeighbors = 5
  var minimumSize = 40
  var confirmingHits = 2
  var confirmingFrames = 3
  var missingSeconds = 0.7
  var smoothingSeconds = 0.4
  var uncertainBelow = 0.4
  var analysisFramesPerSecond = 15.0
  var workers = 0

  var labels = ""
  var frames = ""
  var overlay = true
  var jpegQuality = 80
  var passThrough = true

  /// Files, brokers and databases that records are kept in.
  var lasting = LastingOutputConfiguration()

  var listen = "127.0.0.1:8080"
  var tokenFile = ""
  var hosts = ""
  var tlsCertificate = ""
  var tlsKey = ""
  var socketMode = "0660"
  var maximumClients = 64
  var maximumViewers = 0
  var requestSeconds = 10.0

  var logLevel = "info"
}

/// A size as people write it: `640x480`.
struct PixelSize: Sendable, Equatable {
  var width: Int
  var height: Int

  init?(_ text: String) {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]),
      (1...16_384).contains(width), (1...16_384).contains(height)
    else { return nil }
    self.width = width
    self.height = height
  }
}
