import Foundation
import TestSupport
import Testing

/// The real program as a child process, with what it wrote.
final class TrainerProcess: Sendable {
  struct Outcome {
    /// The exit code; of a program that a signal ended, minus the signal.
    let status: Int32
    let output: String
    let errors: String

    /// Standard error's lines.
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
  }

  /// Built beside the tests.
  static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "emotion-trainer").path

  /// Far longer than any of these runs takes.
  private static let patienceSeconds = 120.0

  private let process = Process()
  private let output: OutputCollector
  private let errors: OutputCollector

  /// Starts `emotion-trainer` with arguments; behind a limit for the size of any file it writes, where that is given,
  /// in KiB, or with its output where bash's words lead it.
  init(_ arguments: [String], fileLimit: Int? = nil, redirection: String? = nil) throws {
    if let redirection {
      process.executableURL = URL(filePath: "/bin/bash")
      // A child inherits the signals that the tests ignore.
      let script = "exec env --default-signal=PIPE \"$0\" \"$@\" \(redirection)"
      process.arguments = ["-c", script, Self.executable] + arguments
    } else if let fileLimit {
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments = ["-c", "ulimit -f \(fileLimit); exec \"$0\" \"$@\"", Self.executable] + arguments
    } else {
      process.executableURL = URL(filePath: Self.executable)
      process.arguments = arguments
    }
    process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
    process.standardInput = FileHandle.nullDevice
    let (outputPipe, errorPipe) = (Pipe(), Pipe())
    process.standardOutput = outputPipe
    process.standardError = errorPipe
    output = OutputCollector(outputPipe.fileHandleForReading)
    errors = OutputCollector(errorPipe.fileHandleForReading)
    try process.run()
  }

  /// Runs the program to its end.
  static func run(_ arguments: [String], fileLimit: Int? = nil) async throws -> Outcome {
    try await TrainerProcess(arguments, fileLimit: fileLimit).waitForEnd()
  }

  /// A test that gave up leaves no program behind.
  deinit { if process.isRunning { signal(SIGKILL) } }

  /// Sends a signal.
  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Hundredths of a second that it has computed so far; nil where it has ended.
  var processorTicks: Int? { TestSupport.processorTicks(of: process.processIdentifier) }

  /// Waits until standard error has a text, or has ended; whether it has the text.
  func waits(forMessage text: String) async -> Bool {
    await errors.wait(seconds: Self.patienceSeconds) { $1 || $0.contains(text) }?.contains(text) ?? false
  }

  /// Waits for the end; kills the program at the deadline, which fails the test.
  func waitForEnd() async -> Outcome {
    if await errors.wait(seconds: Self.patienceSeconds, until: { $1 }) == nil {
      Issue.record("emotion-trainer did not end; standard error:\n\(errors.text)")
      signal(SIGKILL)
    }
    _ = await output.wait(seconds: Self.patienceSeconds, until: { $1 })
    process.waitUntilExit()
    let status = process.terminationStatus
    return Outcome(
      status: process.terminationReason == .uncaughtSignal ? -status : status, output: output.text,
      errors: errors.text)
  }
}
