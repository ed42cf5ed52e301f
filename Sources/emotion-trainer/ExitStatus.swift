import Foundation

/// How the program ends (sysexits.h).
enum ExitStatus: Int32, Sendable {
  case done = 0
  case usage = 64
  case badData = 65
  case noInput = 66
  case unavailable = 69
  case inputOutput = 74
  /// Stopped on request, or the folder is in use: the same command can be given again.
  case temporary = 75
}

/// Ends a command: one line for people and an exit code.
struct CommandFailure: Error, Equatable {
  let status: ExitStatus
  let message: String

  /// Says it on standard error and ends the program.
  func end() -> Never {
    Diagnostics.report(message)
    exit(status.rawValue)
  }
}

/// Standard error, for people.
enum Diagnostics {
  /// Writes one line: `emotion-trainer: message`.
  static func report(_ message: String) {
    let line = message.map { $0.isNewline ? " " : String($0) }.joined()
    // What is not taken, on a full disk or after a reader has gone, is lost; `FileHandle.write(_:)` would trap.
    try? FileHandle.standardError.write(contentsOf: Data("emotion-trainer: \(line)\n".utf8))
  }
}
