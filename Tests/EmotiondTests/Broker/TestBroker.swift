import Foundation
import TestSupport

/// A real mosquitto broker on a free port of 127.0.0.1, with a configuration of its own.
final class TestBroker {
  let port: Int
  private let folder: TemporaryFolder
  private let configuration: String
  private var process = Process()
  private var errors: OutputCollector?

  /// What it logged since its start.
  var log: String { errors?.text ?? "" }

  /// Starts a broker.
  ///
  /// - Parameter access: Lines of its configuration that say who may connect.
  init(access: [String] = ["allow_anonymous true"]) async throws {
    folder = try TemporaryFolder()
    port = try LoopbackListener().port
    let lines =
      ["listener \(port) 127.0.0.1", "persistence false", "log_type all", "user root"] + access
    configuration = try folder.write(Array((lines.joined(separator: "\n") + "\n").utf8), as: "broker.conf")
    try await start()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// Starts it again after ``stop()``; what it knew is forgotten.
  func start() async throws {
    process = Process()
    process.executableURL = try Self.executable("mosquitto")
    process.arguments = ["-c", configuration]
    process.standardOutput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardError = pipe
    errors = OutputCollector(pipe.fileHandleForReading)
    try process.run()
    try await wait(seconds: 30, for: "mosquitto to listen at \(port)") {
      guard process.isRunning else {
        throw DaemonProcess.Failure(description: "mosquitto ended at its start")
      }
      return Self.isListening(port)
    }
  }

  /// Ends it at once, as a machine that loses its power.
  func stop() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Debian has the broker in a folder that is not everybody's path.
  static func executable(_ name: String) throws -> URL {
    let folders = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"]
    let paths: [String] = folders.map { "\($0)/\(name)" }
    let path = paths.first { access($0, X_OK) == 0 }
    guard let path else {
      throw DaemonProcess.Failure(description: "\(name) is not installed; scripts/packages test does that")
    }
    return URL(filePath: path)
  }

  private static func isListening(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
