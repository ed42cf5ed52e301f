import Synchronization

/// Hands each label record to everyone who listens, and keeps the newest.
///
/// A listener is called on the thread that analyses and must return at once.
public final class LabelHub: Sendable {
  private struct State {
    var listeners: [@Sendable (LabelRecord) -> Void] = []
    var latest: LabelRecord?
  }

  private let state = Mutex(State())

  /// A hub without listeners.
  public init() {}

  /// The newest record; nil before the first frame was analysed.
  public var latest: LabelRecord? { state.withLock { $0.latest } }

  /// Calls `deliver` with every record from now on.
  public func listen(_ deliver: @escaping @Sendable (LabelRecord) -> Void) {
    state.withLock { $0.listeners.append(deliver) }
  }

  /// Hands a record to all listeners.
  public func publish(_ record: LabelRecord) {
    let listeners = state.withLock { state in
      state.latest = record
      return state.listeners
    }
    for listener in listeners { listener(record) }
  }
}
