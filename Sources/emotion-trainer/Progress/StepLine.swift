import Foundation
import Synchronization

/// Says on standard error how far a step is: a line that is written over on a terminal, the step's end elsewhere.
final class StepLine: Sendable {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let lastWritten = Mutex(ContinuousClock.now)

  /// So many of all parts of a step are done.
  func update(_ step: String, _ done: Int, of total: Int) {
    guard isTerminal || done == total else { return }
    let isDue = lastWritten.withLock { last in
      if done < total, ContinuousClock.now - last < .milliseconds(200) { return false }
      last = .now
      return true
    }
    guard isDue else { return }
    let end = done == total ? "\n" : ""
    write((isTerminal ? "\r" : "") + "\(step)  \(done)/\(total)" + (isTerminal ? " \u{1B}[K" : "") + end)
  }

  /// A line of its own.
  func say(_ text: String) { write((isTerminal ? "\r\u{1B}[K" : "") + text + "\n") }

  /// What is not taken, on a full disk or after a reader has gone, is lost; `FileHandle.write(_:)` would end the run.
  private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
