/// What is wrong with a history's database.
public enum HistoryError: Error, Equatable, CustomStringConvertible {
  /// There is no such file.
  case notFound(path: String)
  /// The file is there and something else: another program's database, a text.
  case notAHistory(path: String)
  /// A newer version of the program made it.
  case tooNew(path: String)
  /// Its contents contradict each other: SQLite's word for it.
  case damaged(path: String, what: String)
  /// It cannot be opened, read or written now; the system's or SQLite's reason.
  case unavailable(path: String, what: String)

  /// What is wrong and what to do, for people.
  public var description: String {
    switch self {
    case .notFound(let path): "\(path): there is no such file"
    case .notAHistory(let path):
      "\(path): is no history of emotiond; name another file, or move this one away"
    case .tooNew(let path): "\(path): was made by a newer emotiond; use that one, or move the file away"
    case .damaged(let path, let what):
      "\(path): is damaged (\(what)); `sqlite3 \(path) .recover` may save what is left"
    case .unavailable(let path, let what): "\(path): \(what)"
    }
  }
}
