/// How a history is kept.
public struct HistorySettings: Sendable, Equatable {
  /// The database's file.
  public var path: String
  /// Of each camera a record is kept at most this often, in seconds; 0 for every analysed frame.
  public var intervalSeconds = 1.0
  /// Records older than this many days are removed; 0 for never.
  public var retentionDays = 30.0
  /// Where the database is larger than this many megabytes (10^6 bytes), the oldest records are removed; 0 for no limit.
  public var maximumMegabytes = 1024

  /// A history with the usual limits.
  public init(path: String) { self.path = path }
}
