import Foundation
import Synchronization
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

  private let process = Process()
  private let output: OutputCollector
  private let errors: OutputCollector

  /// Starts `emotion-trainer` with arguments; behind a limit for the size of any file it writes, where that is given,
  /// in KiB.
  init(_ arguments: [String], fileLimit: Int? = nil) throws {
    if let fileLimit {
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

  /// Sends a signal.
  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits until standard error has a text, or has ended; whether it has the text.
  func waits(forMessage text: String) async -> Bool {
    await errors.wait { $1 || $0.contains(text) }.contains(text)
  }

  /// Waits for the end; kills the program at the deadline, which fails the test.
  func waitForEnd() async -> Outcome {
    let errorText = await errors.wait { $1 }
    if !errors.isAtEnd {
      Issue.record("emotion-trainer did not end; standard error:\n\(errorText)")
      signal(SIGKILL)
    }
    let text = await output.wait { $1 }
    process.waitUntilExit()
    let status = process.terminationStatus
    return Outcome(
      status: process.terminationReason == .uncaughtSignal ? -status : status, output: text,
      errors: errorText)
  }
}

/// Reads a pipe on a thread of its own, so that the child never waits for its reader.
private final class OutputCollector: Sendable {
  private struct State {
    var bytes = Data()
    var isAtEnd = false
  }

  /// Far longer than any of these runs takes.
  private static let patienceSeconds = 120.0

  private let state = Mutex(State())
  private let changed = NSCondition()

  init(_ handle: FileHandle) {
    let descriptor = handle.fileDescriptor
    Thread { [self] in
      var chunk = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(descriptor, &chunk, chunk.count)
        changed.lock()
        state.withLock { state in
          if count > 0 { state.bytes.append(contentsOf: chunk[..<count]) } else { state.isAtEnd = true }
        }
        changed.broadcast()
        changed.unlock()
        if count <= 0 { break }
      }
      withExtendedLifetime(handle) {}
    }.start()
  }

  var isAtEnd: Bool { state.withLock { $0.isAtEnd } }

  /// Waits until the condition holds of the text so far and of whether it is complete, or for too long; the text. On a
  /// thread of its own: those of the tests are few.
  func wait(until condition: @escaping @Sendable (String, Bool) -> Bool) async -> String {
    await withCheckedContinuation { continuation in
      Thread { [self] in
        let deadline = Date(timeIntervalSinceNow: Self.patienceSeconds)
        changed.lock()
        defer { changed.unlock() }
        while true {
          let (text, isAtEnd) = state.withLock { (String(decoding: $0.bytes, as: UTF8.self), $0.isAtEnd) }
          if condition(text, isAtEnd) || !changed.wait(until: deadline) {
            return continuation.resume(returning: text)
          }
        }
      }.start()
    }
  }
}

/// A folder that is gone after the test.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory.appending(path: "emotion-trainer-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  @discardableResult
  func write(_ text: String, as name: String) throws -> String {
    try Data(text.utf8).write(to: url.appending(path: name))
    return path(name)
  }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}
