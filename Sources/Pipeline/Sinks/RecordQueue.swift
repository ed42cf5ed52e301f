import Capture
import Synchronization

/// A bounded queue between the pipeline and a thread that writes: who appends never waits for the writer, unless that
/// is asked for.
public final class RecordQueue<Element: Sendable>: Sendable {
  /// What happens to an element for which there is no room.
  public enum Policy: Sendable {
    /// The oldest element is dropped: a live source.
    case dropOldest
    /// ``append(_:)`` waits: a film of which nothing may be lost.
    case wait
  }

  private struct State {
    var waiting: [Element] = []
    var dropped: UInt64 = 0
    var isFinished = false
  }

  private let capacity: Int
  private let policy: Policy
  private let state = Mutex(State())
  private let changed = MonotonicCondition()

  /// - Parameters:
  ///   - capacity: How many elements may wait; at least 1.
  ///   - policy: See ``Policy``.
  public init(capacity: Int, policy: Policy = .dropOldest) {
    precondition(capacity > 0)
    self.capacity = capacity
    self.policy = policy
  }

  /// Elements that were dropped because there was no room.
  public var droppedCount: UInt64 { state.withLock { $0.dropped } }

  /// Elements that wait.
  public var count: Int { state.withLock { $0.waiting.count } }

  /// Whether ``finish()`` was called.
  public var isFinished: Bool { state.withLock { $0.isFinished } }

  /// Adds an element at the end; nothing happens after ``finish()``.
  public func append(_ element: Element) {
    changed.lock()
    defer { changed.unlock() }
    while policy == .wait, isFull { changed.wait() }
    state.withLock { state in
      guard !state.isFinished else { return }
      state.waiting.append(element)
      dropSurplus(&state)
    }
    changed.broadcast()
  }

  /// Puts elements back that could not be written, before those that came since. The oldest are dropped where there
  /// is no room for all.
  public func putBack(_ elements: [Element]) {
    changed.lock()
    defer { changed.unlock() }
    state.withLock { state in
      state.waiting.insert(contentsOf: elements, at: 0)
      dropSurplus(&state)
    }
    changed.broadcast()
  }

  /// Takes everything that waits; waits itself until there is something, the deadline has come (nil for none) or the queue is
  /// finished.
  ///
  /// - Returns: In the order in which they came; empty at the deadline, and at the end.
  public func takeAll(until deadline: MonotonicTime? = nil) -> [Element] {
    changed.lock()
    defer { changed.unlock() }
    while true {
      let (elements, isFinished) = state.withLock { state in
        defer { state.waiting.removeAll(keepingCapacity: true) }
        return (state.waiting, state.isFinished)
      }
      if !elements.isEmpty {
        changed.broadcast()
        return elements
      }
      if isFinished { return [] }
      if let deadline {
        if !changed.wait(until: deadline) { return [] }
      } else {
        changed.wait()
      }
    }
  }

  /// Waits for the deadline, whatever comes in; returns early once the queue is finished.
  public func waitUnlessFinished(until deadline: MonotonicTime) {
    changed.lock()
    defer { changed.unlock() }
    while !isFinished, changed.wait(until: deadline) {}
  }

  /// Takes no more elements. Those that wait can still be taken.
  public func finish() {
    changed.lock()
    defer { changed.unlock() }
    state.withLock { $0.isFinished = true }
    changed.broadcast()
  }

  private var isFull: Bool { state.withLock { $0.waiting.count >= capacity && !$0.isFinished } }

  private func dropSurplus(_ state: inout State) {
    let surplus = state.waiting.count - capacity
    guard surplus > 0 else { return }
    state.waiting.removeFirst(surplus)
    state.dropped += UInt64(surplus)
  }
}
