/// How an output of the labels fares that is meant to last: a file, a broker, a database. `/metrics` shows it.
public struct OutputStatus: Sendable, Equatable {
  /// What it is called in figures: `file`, `mqtt`, `history`.
  public var name: String
  /// The one of several cameras that it is for; nil where it is for all.
  public var camera: String?
  /// Whether what comes in now is taken: the broker is connected, the disk has room.
  public var isWorking: Bool
  /// Records or messages that arrived: written, or acknowledged where that is asked for.
  public var written: UInt64 = 0
  /// Records or messages that are lost for ever because the output was away or slow for too long.
  public var dropped: UInt64 = 0
  /// How often it failed: a write that did not succeed, a connection that was lost or refused.
  public var failures: UInt64 = 0
  /// Records or messages that wait.
  public var waiting = 0
  /// What is wrong, for people; nil where nothing is.
  public var problem: String?

  /// An output that has not done anything yet.
  public init(name: String, camera: String? = nil, isWorking: Bool = false) {
    self.name = name
    self.camera = camera
    self.isWorking = isWorking
  }
}
