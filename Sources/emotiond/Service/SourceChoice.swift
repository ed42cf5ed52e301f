import Capture
import Imaging
import Logging
import Pipeline

/// What a run watches, decided once at its start, and how it is opened.
struct SourceChoice {
  /// A source that goes on by itself, whether or not its frames are used: a camera, standard input.
  let isLive: Bool
  /// Whether it can be closed while nobody watches, and opened again where it was: no film.
  let mayRest: Bool
  /// How it is opened.
  let opening: SourceOpening
  /// The camera, to ask something else of it; nil for other sources.
  let camera: CameraSupply?

  init(configuration: Configuration, logger: Logger) throws(CommandFailure) {
    let request = try Self.cameraRequest(configuration)
    var specification: SourceSpecification
    do { specification = try SourceSpecification(parsing: configuration.source) } catch {
      throw CommandFailure(error)
    }
    if specification == .automatic {
      let (found, notice) = Self.automatic(CameraEnumerator().list())
      specification = found
      if let notice { logger.notice("\(notice)") }
    }
    switch specification {
    case .camera(let path): self = Self.camera(path, request)
    case .cameraIndex(let index): self = Self.camera("/dev/video\(index)", request)
    default: self = Self.recording(specification, try Self.playbackOptions(configuration))
    }
  }

  private init(isLive: Bool, mayRest: Bool, opening: SourceOpening, camera: CameraSupply? = nil) {
    self.isLive = isLive
    self.mayRest = mayRest
    self.opening = opening
    self.camera = camera
  }

  private static func camera(_ path: String, _ request: V4L2Request) -> SourceChoice {
    var request = request
    request.device = path
    let supply = CameraSupply(request)
    return SourceChoice(
      isLive: true, mayRest: true,
      opening: SourceOpening(
        open: { (stop) throws(CaptureError) in try supply.open(stop: stop) },
        wait: { supply.wait(for: $0, until: $1) }),
      camera: supply)
  }

  private static func recording(_ specification: SourceSpecification, _ options: PlaybackOptions)
    -> SourceChoice
  {
    SourceChoice(
      isLive: specification == .standardInput, mayRest: specification == .demo,
      opening: SourceOpening { stop throws(CaptureError) in
        guard let recording = try specification.openRecording(options, stop: stop) else {
          throw CaptureError.notACamera(path: "\(specification)", what: "a source that is looked for")
        }
        return recording
      })
  }

  /// The first camera, by its stable path where it has one, so that it is found again when it comes back under another
  /// number; the demo, and why, where there is none.
  static func automatic(_ list: CameraList) -> (SourceSpecification, notice: String?) {
    if let camera = list.cameras.first {
      return (.camera(path: camera.stablePaths.first ?? camera.path), nil)
    }
    if let refused = list.others.first(where: \.isRefused) {
      return (.demo, "showing the demo: \(refused.path): \(refused.reason)")
    }
    return (.demo, "no camera found: showing the demo; --device names a camera")
  }

  /// What a configuration asks of the camera whose name it does not matter here.
  static func cameraRequest(_ configuration: Configuration) throws(CommandFailure) -> V4L2Request {
    guard let size = PixelSize(configuration.cameraSize) else {
      throw CommandFailure(status: .usage, message: "camera.size: \(configuration.cameraSize) is no size")
    }
    var format: CameraPixelFormat?
    if configuration.cameraFormat != "auto" {
      format = CameraPixelFormat(name: configuration.cameraFormat)
      guard format != nil else {
        throw CommandFailure(
          status: .usage,
          message: "camera.format: \(configuration.cameraFormat) is none of auto, "
            + CameraPixelFormat.all.map(\.name).joined(separator: ", "))
      }
    }
    return V4L2Request(
      device: "", width: size.width, height: size.height,
      framesPerSecond: configuration.cameraFramesPerSecond, format: format,
      controls: configuration.cameraControls.sorted { $0.key < $1.key }
        .map { CameraControlSetting(name: $0.key, value: $0.value) },
      stallLimitSeconds: configuration.cameraStallSeconds)
  }

  private static func playbackOptions(_ configuration: Configuration) throws(CommandFailure)
    -> PlaybackOptions
  {
    var options = PlaybackOptions(
      loops: configuration.loop, speed: PlaybackSpeed(rawValue: configuration.speed) ?? .realTime)
    if let size = PixelSize(configuration.cameraSize) {
      (options.demoWidth, options.demoHeight) = (size.width, size.height)
    }
    options.demoFramesPerSecond = configuration.cameraFramesPerSecond
    switch configuration.stdinFormat {
    case "auto", "mjpeg", "y4m": break
    case let name:
      guard let format = RawPixelFormat.allCases.first(where: { "\($0)" == name.lowercased() }) else {
        throw CommandFailure(
          status: .usage,
          message: "source.stdin_format: \(name) is none of auto, mjpeg, y4m, "
            + RawPixelFormat.allCases.map { "\($0)" }.joined(separator: ", "))
      }
      guard let size = PixelSize(configuration.stdinSize) else {
        throw CommandFailure(
          status: .usage,
          message: "raw frames on standard input need their size: --set source.stdin_size=640x480")
      }
      options.standardInput = .raw(
        RawStreamFormat(pixelFormat: format, width: size.width, height: size.height))
    }
    return options
  }
}
