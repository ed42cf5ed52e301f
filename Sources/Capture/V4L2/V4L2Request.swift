/// What a camera is asked for. It gives what comes nearest; ``V4L2Camera`` says what that is.
public struct V4L2Request: Sendable, Equatable {
  /// A node (`/dev/video0`), a stable path (`/dev/v4l/by-id/…`), a name in one of those folders, or an index
  /// (`0`).
  public var device: String
  /// In pixels.
  public var width: Int
  /// In pixels.
  public var height: Int
  /// The rate.
  public var framesPerSecond: Double
  /// Only this pixel format; nil for the best that the camera offers.
  public var format: CameraPixelFormat?
  /// Set before the first frame, in this order but for those that the driver allows only after others.
  public var controls: [CameraControlSetting]
  /// Buffers in the driver's queue, 2 to 32.
  public var bufferCount: Int
  /// After how many seconds without a frame the camera is given up, at least 1. Half way there the stream is
  /// stopped and started once.
  public var stallLimitSeconds: Double

  /// A request for a webcam's usual 640x480 at 30 frames a second, unless told otherwise.
  public init(
    device: String, width: Int = 640, height: Int = 480, framesPerSecond: Double = 30,
    format: CameraPixelFormat? = nil, controls: [CameraControlSetting] = [], bufferCount: Int = 4,
    stallLimitSeconds: Double = 10
  ) {
    self.device = device
    self.width = width
    self.height = height
    self.framesPerSecond = framesPerSecond
    self.format = format
    self.controls = controls
    self.bufferCount = bufferCount
    self.stallLimitSeconds = stallLimitSeconds
  }
}

/// A camera control and the value that it is to have.
public struct CameraControlSetting: Sendable, Equatable {
  /// As `v4l2-ctl` names it: `brightness`, `exposure_time_absolute`.
  public var name: String
  /// A number, `true` or `false`, a menu item by number or name, or `default`.
  public var value: String

  /// A setting by its two texts, which are checked when the camera is opened.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// From `brightness=128`; nil without a name or an equals sign.
  public init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
    self.init(name: String(argument[..<equals]), value: String(argument[argument.index(after: equals)...]))
  }
}
