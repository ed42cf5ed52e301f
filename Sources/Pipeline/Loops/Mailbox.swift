import Capture
import Synchronization

/// Hands values from one thread to another and holds one at most, so that memory is bounded by construction.
public final class Mailbox<Value: Sendable>: Sendable {
  /// What happens to a value that arrives while the one before it still lies there.
  public enum Policy: Sendable {
    /// It takes the older one's place: a live picture, where only the newest matters.
    case newest
    /// Its sender waits: a file of which nothing may be lost.
    case every
  }

  /// What a receiver gets.
  public enum Delivery: Sendable {
    case value(Value)
    case timedOut
    /// The mailbox was closed and is empty.
    case closed
  }

  private struct State {
    var value: Value?
    var isClosed = false
  }

  private let policy: Policy
  private let state = Mutex(State())
  private let changed = MonotonicCondition()

  /// An empty mailbox.
  public init(policy: Policy) { self.policy = policy }

  /// Whether a value lies there that nobody has taken.
  public var isFull: Bool { state.withLock { $0.value != nil } }

  /// Puts a value in.
  ///
  /// - Returns: The value that was replaced and will never be seen, with policy `.newest`; the given value where
  ///   the mailbox is closed.
  @discardableResult
  public func put(_ value: Value) -> Value? {
    changed.lock()
    defer { changed.unlock() }
    while policy == .every, hasNoSpace { changed.wait() }
    let replaced = state.withLock { state -> Value? in
      guard !state.isClosed else { return value }
      defer { state.value = value }
      return state.value
    }
    changed.broadcast()
    return replaced
  }

  /// Waits for a value and takes it.
  public func take(timeoutSeconds: Double) -> Delivery {
    let deadline = MonotonicTime.now.advanced(byNanoseconds: UInt64(timeoutSeconds * 1e9))
    changed.lock()
    defer { changed.unlock() }
    while true {
      let (value, isClosed) = state.withLock { state -> (Value?, Bool) in
        defer { state.value = nil }
        return (state.value, state.isClosed)
      }
      if let value {
        changed.broadcast()
        return .value(value)
      }
      if isClosed { return .closed }
      if !changed.wait(until: deadline) { return .timedOut }
    }
  }

  /// Lets receivers take what is left and then tells them that no more comes; wakes a sender that waits.
  public func close() {
    changed.lock()
    defer { changed.unlock() }
    state.withLock { $0.isClosed = true }
    changed.broadcast()
  }

  private var hasNoSpace: Bool { state.withLock { $0.value != nil && !$0.isClosed } }
}
