import Foundation
import TestSupport
import Testing

/// The real program as a child process, with what it wrote.
final class DaemonProcess: Sendable {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  /// How long anything may take. A busy machine that starts many of them at once takes a minute for the first word.
  static let patienceSeconds = 240.0

  /// Built beside the tests.
  private static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "emotiond")

  private let process = Process()
  private let output: OutputCollector
  private let errors: OutputCollector

  /// Starts `emotiond` with arguments, in an environment without settings of the machine's own.
  ///
  /// - Parameter activation: What a shell does that then becomes the program, which is `"$@"` there.
  init(
    _ arguments: [String], input: FileHandle? = nil, environment: [String: String] = [:],
    activation: String? = nil
  ) throws {
    process.executableURL = activation == nil ? Self.executable : URL(filePath: "/bin/sh")
    process.arguments = activation.map { ["-c", $0, "sh", Self.executable.path] + arguments } ?? arguments
    process.environment = environment.merging(
      ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""], uniquingKeysWith: { given, _ in given })
    process.standardInput = input ?? FileHandle.nullDevice
    let (outputPipe, errorPipe) = (Pipe(), Pipe())
    process.standardOutput = outputPipe
    process.standardError = errorPipe
    output = OutputCollector(outputPipe.fileHandleForReading)
    errors = OutputCollector(errorPipe.fileHandleForReading)
    try process.run()
  }

  /// A test that gave up leaves no program behind.
  deinit { if process.isRunning { signal(SIGKILL) } }

  /// Sends a signal.
  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Hundredths of a second that it has computed so far; nil where it has ended.
  var processorTicks: Int? { TestSupport.processorTicks(of: process.processIdentifier) }

  /// Waits for the end; kills the program at the deadline, which fails the test.
  func waitForEnd(seconds: Double = patienceSeconds) async -> Outcome {
    // Both outputs end when the program does.
    if await errors.wait(seconds: seconds, until: { $1 }) == nil {
      Issue.record("emotiond did not end; standard error:\n\(errors.text)")
      signal(SIGKILL)
    }
    let text = await output.wait(seconds: seconds, until: { $1 })
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: text ?? "", errors: errors.text)
  }

  /// The page's address once the program says it.
  func address(seconds: Double = patienceSeconds) async throws -> URL {
    let text = await errors.wait(seconds: seconds) { text, isAtEnd in
      isAtEnd || text.contains("watch at http")
    }
    if let match = text?.firstMatch(of: /watch at (https?:[^\s]+)/), let url = URL(string: String(match.1)) {
      return url
    }
    signal(SIGKILL)
    throw Failure(description: "no address; standard error:\n\(errors.text)")
  }

  /// Waits until standard error has a text; everything on it so far.
  func message(_ text: String, seconds: Double = patienceSeconds) async throws -> String {
    let found = await errors.wait(seconds: seconds) { $1 || $0.contains(text) }
    if let found, found.contains(text) { return found }
    signal(SIGKILL)
    throw Failure(description: "\(text) was never said; standard error:\n\(errors.text)")
  }

  /// Lines of standard output so far, once there are as many as asked.
  func lines(atLeast count: Int, seconds: Double = patienceSeconds) async throws -> [String] {
    let text = await output.wait(seconds: seconds) { text, isAtEnd in
      isAtEnd || text.utf8.count(where: { $0 == UInt8(ascii: "\n") }) >= count
    }
    let lines = (text ?? "").split(separator: "\n").map(String.init)
    if lines.count >= count { return lines }
    signal(SIGKILL)
    throw Failure(description: "fewer than \(count) lines; standard error:\n\(errors.text)")
  }

  struct Failure: Error, CustomStringConvertible { let description: String }
}
