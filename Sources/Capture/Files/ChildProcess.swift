import CSpawn
import CV4L2
import Glibc

/// Another program that writes to a pipe of ours. It gets nothing of this process but the pipes, and is gone,
/// and reaped, when this value is released.
final class ChildProcess {
  /// How a program ended.
  enum Exit: Equatable {
    case code(Int32)
    case signal(Int32)
  }

  /// Where what it writes to its standard output is read; closed on release.
  let output: Int32
  /// What it wrote to its standard error.
  let messages: MessageTail

  private let errorOutput: Int32
  /// Nil once it was waited for: its number may belong to another process then.
  private var identifier: pid_t?

  /// Starts a program that is looked for in the search path.
  ///
  /// - Throws: ``CaptureError/programMissing(name:package:)``,
  ///   ``CaptureError/systemCall(name:path:errno:)``.
  init(program: String, package: String, arguments: [String]) throws(CaptureError) {
    var child = cspawn_child()
    let status = withCStrings([program] + arguments) { arguments in
      withCStrings(Self.environment()) { environment in
        cspawn_start(program, arguments, environment, &child)
      }
    }
    if status == -ENOENT { throw .programMissing(name: program, package: package) }
    guard status == 0 else { throw .systemCall(name: "posix_spawn", path: program, errno: -status) }
    identifier = child.identifier
    output = child.output
    errorOutput = child.error_output
    messages = MessageTail(descriptor: errorOutput)
  }

  deinit {
    if let identifier {
      kill(identifier, SIGKILL)
      _ = Self.wait(for: identifier)
    }
    close(output)
    close(errorOutput)
  }

  /// Waits for a program that has closed its output, and so is about to end; one that does not end is killed.
  func waitForExit() -> Exit {
    guard let identifier else { return .code(0) }
    self.identifier = nil
    let deadline = MonotonicTime.now.advanced(byNanoseconds: Self.exitNanoseconds)
    var status: Int32 = 0
    while waitpid(identifier, &status, WNOHANG) == 0 {
      // Its last words may be more than the pipe holds.
      messages.drain()
      var descriptor = pollfd(fd: messages.openDescriptor, events: Int16(POLLIN), revents: 0)
      cv4l2_poll(&descriptor, 1, Self.exitPollNanoseconds)
      guard MonotonicTime.now < deadline else {
        kill(identifier, SIGKILL)
        status = Self.wait(for: identifier)
        break
      }
    }
    messages.drain()
    let signal = status & 0x7F
    return signal == 0 ? .code(status >> 8 & 0xFF) : .signal(signal)
  }

  private static let exitNanoseconds: UInt64 = 2_000_000_000
  private static let exitPollNanoseconds: Int64 = 5_000_000

  private static func wait(for identifier: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
    return status
  }

  /// No more than programs need to be found and to speak English, without colours.
  private static func environment() -> [String] {
    var environment = ["LC_ALL=C", "AV_LOG_FORCE_NOCOLOR=1"]
    for name in ["PATH", "LD_LIBRARY_PATH"] {
      if let value = getenv(name) { environment.append("\(name)=\(String(cString: value))") }
    }
    return environment
  }
}

/// Calls `body` with a null-terminated array of C strings.
private func withCStrings<Result>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let copies = strings.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  return body(copies + [nil])
}
