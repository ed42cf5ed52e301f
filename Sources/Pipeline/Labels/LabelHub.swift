import Synchronization

/// One line of the label stream.
public enum LabelStreamRecord: Sendable, Equatable {
  /// What was seen in a frame.
  case labels(LabelRecord)
  /// How the camera fares from now on.
  case camera(CameraRecord)

  /// The record as one line of JSON without the line feed.
  public var json: String {
    switch self {
    case .labels(let record): record.json
    case .camera(let record): record.json
    }
  }
}

/// Hands each record to everyone who listens, and keeps the newest.
///
/// A listener is called on the thread that analyses, or on that which captures, and must return at once.
public final class LabelHub: Sendable {
  /// Keeps a listener subscribed; ``cancel()`` or its release ends that.
  public final class Subscription: Sendable {
    private let hub: LabelHub
    private let identifier: UInt64

    fileprivate init(hub: LabelHub, identifier: UInt64) {
      self.hub = hub
      self.identifier = identifier
    }

    /// Ends the subscription. May be called more than once.
    public func cancel() {
      let removed = hub.state.withLock { state -> Listener? in
        guard let place = state.listeners.firstIndex(where: { $0.identifier == identifier }) else {
          return nil
        }
        return state.listeners.remove(at: place)
      }
      if let removed, removed.isConsumer { hub.demand.consumerLeft() }
    }

    deinit { cancel() }
  }

  private struct Listener {
    let identifier: UInt64
    let isConsumer: Bool
    let deliver: @Sendable (LabelStreamRecord) -> Void
  }

  private struct State {
    var listeners: [Listener] = []
    var lastIdentifier: UInt64 = 0
    var latest: LabelRecord?
    var latestCamera: CameraRecord?
  }

  private let state = Mutex(State())
  private let demand: Demand

  /// A hub without listeners, whose listeners are a demand.
  public init(demand: Demand = Demand()) { self.demand = demand }

  /// The newest record of a frame; nil before the first was analysed. Who asks here is taken for somebody who
  /// watches, for a while.
  public var latest: LabelRecord? {
    demand.asked()
    return newest
  }

  /// The same for the pipeline itself, which is no demand.
  var newest: LabelRecord? { state.withLock { $0.latest } }

  /// How the camera fares; nil where there is none.
  public var latestCamera: CameraRecord? { state.withLock { $0.latestCamera } }

  /// Calls `deliver` with every record of a frame from now on, for ever.
  public func listen(_ deliver: @escaping @Sendable (LabelRecord) -> Void) {
    _ = add(isConsumer: true) { if case .labels(let record) = $0 { deliver(record) } }
  }

  /// Calls `deliver` with every record from now on, until the subscription is cancelled.
  ///
  /// - Parameter isConsumer: Whether the camera is to run for this listener; one that only reports is not.
  public func subscribe(
    isConsumer: Bool = true, _ deliver: @escaping @Sendable (LabelStreamRecord) -> Void
  ) -> Subscription {
    Subscription(hub: self, identifier: add(isConsumer: isConsumer, deliver))
  }

  /// Hands a frame's record to all listeners.
  public func publish(_ record: LabelRecord) {
    send(.labels(record)) { $0.latest = record }
  }

  /// Hands a camera's record to all listeners.
  public func publish(_ record: CameraRecord) {
    send(.camera(record)) { $0.latestCamera = record }
  }

  private func send(_ record: LabelStreamRecord, keep: (inout State) -> Void) {
    let listeners = state.withLock { state in
      keep(&state)
      return state.listeners
    }
    for listener in listeners { listener.deliver(record) }
  }

  private func add(isConsumer: Bool, _ deliver: @escaping @Sendable (LabelStreamRecord) -> Void) -> UInt64 {
    let identifier = state.withLock { state in
      state.lastIdentifier += 1
      state.listeners.append(
        Listener(identifier: state.lastIdentifier, isConsumer: isConsumer, deliver: deliver))
      return state.lastIdentifier
    }
    if isConsumer { demand.consumerCame() }
    return identifier
  }
}
