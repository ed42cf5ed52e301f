/// How the camera fared so far: for `/state`, metrics and systemd's status line.
public struct CameraStatus: Sendable, Equatable {
  /// The camera as it was named; nil where the source is none.
  public var device: String?
  /// Where it stands; nil before the first attempt to open it.
  public var state: CameraState?
  /// How often it began to give frames, the first time included.
  public var starts: UInt64 = 0
  /// How often each fault came, those that came at all. The keys are ``CameraState`` raw values.
  public var faults: [String: UInt64] = [:]
  /// From the newest fault to the first frame after it, in seconds; nil before there was one.
  public var lastOutageSeconds: Double?

  /// A camera of which nothing is known.
  public init() {}
}
