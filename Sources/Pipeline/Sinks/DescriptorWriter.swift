import Capture
import Foundation
import Glibc
import Synchronization

/// Writes blocks of bytes to a descriptor on a thread of its own, so that a reader who is slow, stopped or gone
/// never holds up the pipeline.
public final class DescriptorWriter: Sendable {
  /// What happens to a block while the reader is behind. Those who write to one reader may differ: a camera does not wait
  /// because a film does.
  public enum Policy: Sendable {
    /// The oldest block of this kind is dropped, be it the new one: a live stream.
    case dropOldest
    /// ``write(_:policy:)`` waits: a file of which nothing may be lost.
    case wait
  }

  /// Why nothing is written any more.
  public enum Failure: Error, Sendable, Equatable {
    /// The reader has gone (EPIPE).
    case readerGone
    /// The system's error: a full disk, say.
    case system(errno: Int32)
  }

  private struct Block {
    let bytes: [UInt8]
    let policy: Policy
  }

  private struct State {
    var waiting: [Block] = []
    var dropped: UInt64 = 0
    var isFinished = false
    var failure: Failure?
  }

  private let fileDescriptor: Int32
  private let closesDescriptor: Bool
  private let capacity: Int
  private let onFailure: @Sendable (Failure) -> Void
  private let state = Mutex(State())
  private let changed = NSCondition()
  private let abandon = StopSignal()
  private let done = DispatchGroup()

  /// - Parameters:
  ///   - fileDescriptor: Open for writing.
  ///   - closesDescriptor: Whether it is closed at the end.
  ///   - capacity: How many blocks may wait.
  ///   - onFailure: Called once, on the writing thread, when writing ends before its time.
  public init(
    fileDescriptor: Int32, closesDescriptor: Bool, capacity: Int,
    onFailure: @escaping @Sendable (Failure) -> Void
  ) {
    precondition(capacity > 0)
    self.fileDescriptor = fileDescriptor
    self.closesDescriptor = closesDescriptor
    self.capacity = capacity
    self.onFailure = onFailure
    done.enter()
    let thread = Thread { [self] in
      writeBlocks()
      if closesDescriptor { close(fileDescriptor) }
      done.leave()
    }
    thread.name = "writer"
    thread.start()
  }

  /// Blocks that were dropped because the reader was behind.
  public var droppedCount: UInt64 { state.withLock { $0.dropped } }

  /// Queues a block; nothing happens after a failure.
  ///
  /// - Parameters:
  ///   - block: Bytes that are written together.
  ///   - policy: What becomes of it while the reader is behind; who writes decides for himself.
  public func write(_ block: [UInt8], policy: Policy) {
    changed.lock()
    defer { changed.unlock() }
    while policy == .wait, isFull { changed.wait() }
    state.withLock { state in
      guard state.failure == nil, !state.isFinished else { return }
      if state.waiting.count >= capacity {
        state.dropped += 1
        guard let oldest = state.waiting.firstIndex(where: { $0.policy == .dropOldest }) else { return }
        state.waiting.remove(at: oldest)
      }
      state.waiting.append(Block(bytes: block, policy: policy))
    }
    changed.broadcast()
  }

  /// Writes what waits and ends; gives up after a while where the reader does not take it.
  public func finish(withinSeconds seconds: Double) {
    changed.lock()
    state.withLock { $0.isFinished = true }
    changed.broadcast()
    changed.unlock()
    if done.wait(timeout: .now() + seconds) == .timedOut {
      abandon.raise()
      done.wait()
    }
  }

  private var isFull: Bool {
    state.withLock { $0.waiting.count >= capacity && $0.failure == nil && !$0.isFinished }
  }

  private func nextBlock() -> [UInt8]? {
    changed.lock()
    defer { changed.unlock() }
    while true {
      let (block, isFinished) = state.withLock { state in
        (state.waiting.isEmpty ? nil : state.waiting.removeFirst().bytes, state.isFinished)
      }
      if let block {
        changed.broadcast()
        return block
      }
      if isFinished { return nil }
      changed.wait()
    }
  }

  private func writeBlocks() {
    while let block = nextBlock() {
      guard let failure = writeAll(block) else { continue }
      changed.lock()
      state.withLock { state in
        state.failure = failure
        state.waiting.removeAll()
      }
      changed.broadcast()
      changed.unlock()
      if !abandon.isRaised { onFailure(failure) }
      return
    }
  }

  /// Writes in pieces that a pipe takes whole once poll(2) says it is writable (PIPE_BUF), so that the thread
  /// never blocks where it cannot be called off. The descriptor itself stays blocking: a terminal's is shared.
  private func writeAll(_ block: [UInt8]) -> Failure? {
    let piece = 4096
    var written = 0
    while written < block.count {
      guard waitUntilWritable() else { return .readerGone }
      let count = block.withUnsafeBytes { bytes in
        Glibc.write(fileDescriptor, bytes.baseAddress! + written, min(piece, block.count - written))
      }
      if count >= 0 {
        written += count
      } else if errno == EPIPE {
        return .readerGone
      } else if errno != EINTR && errno != EAGAIN {
        return .system(errno: errno)
      }
    }
    return nil
  }

  private func waitUntilWritable() -> Bool {
    while true {
      var descriptors = [
        pollfd(fd: fileDescriptor, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: abandon.fileDescriptor, events: Int16(POLLIN), revents: 0),
      ]
      let ready = poll(&descriptors, 2, -1)
      if ready < 0 && errno == EINTR { continue }
      if descriptors[1].revents != 0 { return false }
      return ready > 0
    }
  }
}
