import Foundation
import Synchronization
import TestSupport
import Testing

/// Everything that a broker hands on, seen by mosquitto_sub.
final class BrokerMessages {
  struct Message: Sendable {
    let topic: String
    let payload: String
    /// Whether the broker had kept it for those who come later.
    let isRetained: Bool

    /// The payload as an object of JSON; nil where it is none.
    var json: [String: Any]? {
      try? JSONSerialization.jsonObject(with: Data(payload.utf8)) as? [String: Any]
    }
  }

  private let process = Process()
  private let lines: LineCollector

  /// Subscribes to everything.
  ///
  /// - Parameter options: mosquitto_sub's own, for access.
  init(port: Int, options: [String] = ["-h", "127.0.0.1"]) throws {
    process.executableURL = try TestBroker.executable("mosquitto_sub")
    process.arguments = options + ["-p", String(port), "-t", "#", "-q", "1", "-F", "%r %t %p"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    lines = LineCollector(pipe.fileHandleForReading)
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// All messages so far.
  var all: [Message] {
    lines.all.compactMap { line in
      let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return nil }
      return Message(topic: String(parts[1]), payload: String(parts[2]), isRetained: parts[0] == "1")
    }
  }

  /// Waits for a message; the first that fits.
  func first(
    _ what: String, where fits: (Message) -> Bool, seconds: Double = DaemonProcess.patienceSeconds
  ) async throws -> Message {
    var message: Message?
    try await wait(seconds: seconds, for: "\(what); there are \(all)") {
      message = all.first(where: fits)
      return message != nil
    }
    return try #require(message)
  }
}

/// Reads lines from a pipe on a thread of its own.
private final class LineCollector: Sendable {
  private let bytes = Mutex(Data())

  init(_ handle: FileHandle) {
    let descriptor = handle.fileDescriptor
    Thread { [self] in
      var chunk = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(descriptor, &chunk, chunk.count)
        guard count > 0 else { break }
        bytes.withLock { $0.append(contentsOf: chunk[..<count]) }
      }
      withExtendedLifetime(handle) {}
    }.start()
  }

  var all: [String] {
    let whole = bytes.withLock { bytes in
      bytes.lastIndex(of: UInt8(ascii: "\n")).map { bytes[..<$0] } ?? Data()
    }
    return String(decoding: whole, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
