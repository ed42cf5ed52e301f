import Faces

/// Which part of a history is asked for.
public struct HistoryQuery: Sendable, Equatable {
  /// Records from this moment on, in milliseconds since 1970 (UTC); nil for no limit.
  public var sinceMilliseconds: Int64?
  /// Records before this moment.
  public var untilMilliseconds: Int64?
  /// Records of this camera alone.
  public var camera: String?
  /// Faces that show this emotion alone.
  public var emotion: Emotion?
  /// The newest so many; nil for all.
  public var limit: Int?

  /// Everything.
  public init() {}
}
