import Dispatch
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
  private let filled = DispatchSemaphore(value: 0)
  private let space: DispatchSemaphore

  /// An empty mailbox.
  public init(policy: Policy) {
    self.policy = policy
    // Made empty and then raised: Dispatch refuses to release a semaphore below its first value.
    space = DispatchSemaphore(value: 0)
    space.signal()
  }

  /// Whether a value lies there that nobody has taken.
  public var isFull: Bool { state.withLock { $0.value != nil } }

  /// Puts a value in.
  ///
  /// - Returns: The value that was replaced and will never be seen, with policy `.newest`; the given value where
  ///   the mailbox is closed.
  @discardableResult
  public func put(_ value: Value) -> Value? {
    if policy == .every { space.wait() }
    let (replaced, isClosed) = state.withLock { state -> (Value?, Bool) in
      guard !state.isClosed else { return (value, true) }
      defer { state.value = value }
      return (state.value, false)
    }
    if isClosed {
      space.signal()
    } else if replaced == nil {
      filled.signal()
    }
    return replaced
  }

  /// Waits for a value and takes it.
  public func take(timeoutSeconds: Double) -> Delivery {
    guard filled.wait(timeout: .now() + timeoutSeconds) == .success else { return .timedOut }
    let (value, isClosed) = state.withLock { state -> (Value?, Bool) in
      defer { state.value = nil }
      return (state.value, state.isClosed)
    }
    // A closed mailbox stays readable for everyone who still waits.
    if isClosed { filled.signal() }
    guard let value else { return isClosed ? .closed : .timedOut }
    if policy == .every { space.signal() }
    return .value(value)
  }

  /// Lets receivers take what is left and then tells them that no more comes; wakes a sender that waits.
  public func close() {
    state.withLock { $0.isClosed = true }
    filled.signal()
    space.signal()
  }
}
