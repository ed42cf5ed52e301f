import Synchronization

/// Hands each encoded frame to everyone who watches. Frames are encoded only while someone does.
///
/// A subscriber is called on the thread that encodes and must return at once: it puts the frame into a
/// mailbox of its own and leaves.
public final class FrameHub: Sendable {
  /// Keeps a subscriber subscribed; ``cancel()`` or its release ends that.
  public final class Subscription: Sendable {
    private let hub: FrameHub
    private let identifier: UInt64

    fileprivate init(hub: FrameHub, identifier: UInt64) {
      self.hub = hub
      self.identifier = identifier
    }

    /// Ends the subscription. May be called more than once.
    public func cancel() {
      hub.state.withLock { state in
        state.subscribers.removeAll { $0.identifier == identifier }
        hub.subscriberCount.store(state.subscribers.count, ordering: .relaxed)
      }
    }

    deinit { cancel() }
  }

  private struct Subscriber {
    let identifier: UInt64
    let deliver: @Sendable (EncodedFrame) -> Void
  }

  private struct State {
    var subscribers: [Subscriber] = []
    var lastIdentifier: UInt64 = 0
    var latest: EncodedFrame?
    var published: UInt64 = 0
  }

  private let state = Mutex(State())
  private let subscriberCount = Atomic<Int>(0)

  /// A hub without subscribers.
  public init() {}

  /// Whether anyone would look at a frame now. The encoder asks before it encodes.
  public var isWatched: Bool { subscriberCount.load(ordering: .relaxed) > 0 }

  /// The newest encoded frame; an old one while nobody watches.
  public var latest: EncodedFrame? { state.withLock { $0.latest } }

  /// How many frames were published.
  public var publishedCount: UInt64 { state.withLock { $0.published } }

  /// Calls `deliver` with every frame published from now on, until the subscription is cancelled.
  public func subscribe(_ deliver: @escaping @Sendable (EncodedFrame) -> Void) -> Subscription {
    let identifier = state.withLock { state in
      state.lastIdentifier += 1
      state.subscribers.append(Subscriber(identifier: state.lastIdentifier, deliver: deliver))
      subscriberCount.store(state.subscribers.count, ordering: .relaxed)
      return state.lastIdentifier
    }
    return Subscription(hub: self, identifier: identifier)
  }

  /// Hands a frame to all subscribers.
  public func publish(_ frame: EncodedFrame) {
    let subscribers = state.withLock { state in
      state.latest = frame
      state.published += 1
      return state.subscribers
    }
    for subscriber in subscribers { subscriber.deliver(frame) }
  }
}
