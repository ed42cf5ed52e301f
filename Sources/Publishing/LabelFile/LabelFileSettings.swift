/// How a file of label records is written.
public struct LabelFileSettings: Sendable, Equatable {
  /// When what was written is forced onto the disk (fdatasync(2)). A program that is killed loses nothing it has
  /// written; this is about machines that lose their power.
  public enum Synchronization: String, Sendable, CaseIterable {
    /// When the system likes to, within half a minute as a rule.
    case never
    /// Each second: records of about that long are lost.
    case second
    /// After each record: slow, and hard on flash memory.
    case record
  }

  /// What is done when a record cannot be written.
  public enum OnFailure: Sendable {
    /// It is tried again for ever; what does not fit into the queue meanwhile is dropped and counted.
    case retry
    /// Nothing more is written: a film whose records are of no use with holes in them.
    case end
  }

  /// The file, which is appended to.
  public var path: String
  /// A record that would make it longer than this many bytes begins a new file; 0 for never.
  public var maximumBytes = 0
  /// How many older files are kept, 0...1000; with 0 the file is emptied when it is full.
  public var keptFiles = 5
  /// When it is forced onto the disk.
  public var synchronization = Synchronization.second
  /// What is done when a record cannot be written.
  public var onFailure = OnFailure.retry
  /// After how many seconds a failed write is tried again.
  var retrySeconds = 5.0

  /// A file that grows without end.
  public init(path: String) { self.path = path }
}
