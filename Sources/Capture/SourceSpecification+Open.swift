/// How recordings are played.
public struct PlaybackOptions: Sendable, Equatable {
  /// Whether a file or folder begins again at its end.
  public var loops: Bool
  /// How fast.
  public var speed: PlaybackSpeed
  /// Pictures a second, for pictures and folders; nil for their usual rate (a folder 1, a single picture 5).
  public var picturesPerSecond: Double?
  /// The demo's width in pixels.
  public var demoWidth = 640
  /// In pixels.
  public var demoHeight = 480
  /// Frames a second.
  public var demoFramesPerSecond = 30.0
  /// What comes through standard input.
  public var standardInput = StandardInputSource.Format.detected

  /// Options for recordings; those of the demo and of standard input are set apart.
  public init(loops: Bool = false, speed: PlaybackSpeed = .realTime, picturesPerSecond: Double? = nil) {
    self.loops = loops
    self.speed = speed
    self.picturesPerSecond = picturesPerSecond
  }
}

extension SourceSpecification {
  /// Opens everything that is no camera; nil for cameras and for ``automatic``, which need to be looked for.
  ///
  /// - Throws: ``CaptureError`` of the source.
  public func openRecording(
    _ options: PlaybackOptions = PlaybackOptions(), stop: StopSignal
  ) throws(CaptureError) -> (any FrameSource)? {
    let source: any FrameSource
    switch self {
    case .automatic, .camera, .cameraIndex: return nil
    case .standardInput: return try StandardInputSource(format: options.standardInput, stop: stop)
    case .demo:
      source = try DemoSource(
        width: options.demoWidth, height: options.demoHeight, framesPerSecond: options.demoFramesPerSecond,
        stop: stop)
    case .picture(let path):
      source = try PictureSource(
        file: path, framesPerSecond: options.picturesPerSecond ?? 5, loops: options.loops, stop: stop)
    case .folder(let path):
      source = try PictureSource(
        folder: path, framesPerSecond: options.picturesPerSecond ?? 1, loops: options.loops, stop: stop)
    case .video(let path): source = try VideoFileSource(path: path, loops: options.loops, stop: stop)
    }
    return PacedSource(source, speed: options.speed, stop: stop)
  }
}
