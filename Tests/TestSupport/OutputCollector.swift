import Foundation
import Synchronization

/// Reads a child process's pipe on a thread of its own, so that the child never waits for its reader.
public final class OutputCollector: Sendable {
  private struct State {
    var bytes = Data()
    var isAtEnd = false
  }

  private let state = Mutex(State())
  private let changed = NSCondition()

  /// Begins to read.
  public init(_ handle: FileHandle) {
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

  /// Everything so far.
  public var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

  /// Waits until the condition holds of the text so far and of whether it is complete. On a thread of its own: those of
  /// the tests are few.
  ///
  /// - Returns: The text; nil at the deadline.
  public func wait(
    seconds: Double, until condition: @escaping @Sendable (_ text: String, _ isAtEnd: Bool) -> Bool
  ) async -> String? {
    await withCheckedContinuation { continuation in
      Thread { [self] in
        let deadline = Date(timeIntervalSinceNow: seconds)
        changed.lock()
        defer { changed.unlock() }
        while true {
          let (text, isAtEnd) = state.withLock { (String(decoding: $0.bytes, as: UTF8.self), $0.isAtEnd) }
          if condition(text, isAtEnd) { return continuation.resume(returning: text) }
          if !changed.wait(until: deadline) { return continuation.resume(returning: nil) }
        }
      }.start()
    }
  }
}
