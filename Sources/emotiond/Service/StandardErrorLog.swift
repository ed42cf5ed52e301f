import Foundation
import Logging
import Synchronization

/// The least important kind of message that is logged.
final class LogLevel: Sendable {
  private let level: Mutex<Logger.Level>

  init(_ level: Logger.Level) { self.level = Mutex(level) }

  /// By the name of the setting `log.level`, which was checked.
  convenience init(name: String) { self.init(Logger.Level(rawValue: name) ?? .info) }

  var value: Logger.Level {
    get { level.withLock { $0 } }
    set { level.withLock { $0 = newValue } }
  }
}

/// Writes log lines to standard error: with the journal's priority prefix (sd-daemon(3)) where systemd reads
/// them, with the program's name for people.
struct StandardErrorLog: LogHandler {
  var metadata: Logger.Metadata = [:]

  private let level: LogLevel
  private let isJournal: Bool

  /// What is logged, shared by all copies, so that it can change while the program runs.
  var logLevel: Logger.Level {
    get { level.value }
    set { level.value = newValue }
  }

  init(level: LogLevel, environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.level = level
    isJournal = environment["JOURNAL_STREAM"].map(Self.isStandardError) ?? false
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let text = String(describing: event.message).replacing("\n", with: " ")
    let prefix = isJournal ? "<\(Self.priority(event.level))>" : "emotiond: \(Self.word(event.level))"
    StandardError.write("\(prefix)\(text)\n")
  }

  /// Whether standard error is the stream that systemd means, `device:inode` (systemd.exec(5)): the variable is inherited
  /// by programs whose output goes elsewhere.
  private static func isStandardError(_ stream: String) -> Bool {
    var status = stat()
    return fstat(STDERR_FILENO, &status) == 0 && stream == "\(status.st_dev):\(status.st_ino)"
  }

  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }

  private static func word(_ level: Logger.Level) -> String {
    switch level {
    case .trace, .debug: "debug: "
    case .info, .notice: ""
    case .warning: "warning: "
    case .error, .critical: "error: "
    }
  }
}
