/// What is known about a camera without starting it.
public struct CameraDescription: Sendable, Equatable {
  /// A pixel format with its sizes.
  public struct Format: Sendable, Equatable {
    /// V4L2's code of the format.
    public var fourCC: FourCC
    /// The driver's words: `Motion-JPEG`.
    public var text: String
    /// Whether frames are taken in it directly, without libv4l2.
    public var isDirect: Bool
    /// Empty where the driver does not list sizes.
    public var sizes: [Size]
  }

  /// A size, or a range of sizes, with its rates; those of the largest size for a range.
  public struct Size: Sendable, Equatable {
    /// In pixels.
    public var range: FrameSizeRange
    /// Empty where the driver does not list rates.
    public var intervals: [FrameIntervalRange]
  }

  /// The node, `/dev/video0`.
  public var path: String
  /// The camera's name.
  public var card: String
  /// The kernel's driver, `uvcvideo`.
  public var driver: String
  /// Where it is plugged in, in the driver's words.
  public var bus: String
  /// Links that lead to the node and stay the same when nodes are renumbered.
  public var stablePaths: [String]
  /// All pixel formats, in the driver's order.
  public var formats: [Format]
}

/// All video nodes of a machine.
public struct CameraList: Sendable, Equatable {
  /// A node that is no camera, or that cannot be looked at.
  public struct OtherNode: Sendable, Equatable {
    /// The node, `/dev/video1`.
    public var path: String
    /// The name of the device that it belongs to; empty where unknown.
    public var card: String
    /// What it is, or why it cannot be looked at: `a metadata node`.
    public var reason: String
    /// Whether it is not known what it is, because this account may not open it.
    public var isRefused: Bool

    /// A node that is no camera, or that cannot be looked at.
    public init(path: String, card: String, reason: String, isRefused: Bool = false) {
      self.path = path
      self.card = card
      self.reason = reason
      self.isRefused = isRefused
    }
  }

  /// By the number of their nodes.
  public var cameras: [CameraDescription]
  /// By their number.
  public var others: [OtherNode]

  /// What was found.
  public init(cameras: [CameraDescription], others: [OtherNode]) {
    self.cameras = cameras
    self.others = others
  }
}
