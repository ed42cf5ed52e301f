import Synchronization

/// Hands each encoded frame to everyone who watches, in the variant that they watch. Frames are encoded only
/// while someone does, and only in the variants that someone watches.
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
      let wasSubscribed = hub.state.withLock { state in
        guard let index = state.subscribers.firstIndex(where: { $0.identifier == identifier }) else {
          return false
        }
        let variant = state.subscribers.remove(at: index).variant
        hub.subscriberCount.store(state.subscribers.count, ordering: .relaxed)
        // Variants come and go with what clients ask for: what nobody watches any more is not kept.
        if variant != .standard, !state.subscribers.contains(where: { $0.variant == variant }) {
          state.latest[variant] = nil
        }
        return true
      }
      if wasSubscribed { hub.demand.consumerLeft() }
    }

    deinit { cancel() }
  }

  private struct Subscriber {
    let identifier: UInt64
    let variant: FrameVariant
    let deliver: @Sendable (EncodedFrame) -> Void
    let whenEnded: (@Sendable () -> Void)?
  }

  private struct State {
    var subscribers: [Subscriber] = []
    var lastIdentifier: UInt64 = 0
    var latest: [FrameVariant: EncodedFrame] = [:]
    var published: UInt64 = 0
    var hasEnded = false
  }

  private let state = Mutex(State())
  private let subscriberCount = Atomic<Int>(0)
  private let demand: Demand

  /// A hub without subscribers, whose subscribers are a demand.
  public init(demand: Demand = Demand()) { self.demand = demand }

  /// Whether anyone would look at a frame now. The encoder asks before it encodes.
  public var isWatched: Bool { subscriberCount.load(ordering: .relaxed) > 0 }

  /// The variants that someone watches now, each once, the standard one first.
  public var watchedVariants: [FrameVariant] {
    state.withLock { state in
      var variants: [FrameVariant] = []
      for subscriber in state.subscribers where !variants.contains(subscriber.variant) {
        if subscriber.variant == .standard {
          variants.insert(.standard, at: 0)
        } else {
          variants.append(subscriber.variant)
        }
      }
      return variants
    }
  }

  /// The newest encoded frame; an old one while nobody watches.
  public var latest: EncodedFrame? { latest(as: .standard) }

  /// The newest encoded frame in a variant. Nil before the first; of a variant other than the standard one also
  /// while nobody watches it.
  public func latest(as variant: FrameVariant) -> EncodedFrame? { state.withLock { $0.latest[variant] } }

  /// How many frames were published, counted in each variant.
  public var publishedCount: UInt64 { state.withLock { $0.published } }

  /// Whether no frame comes any more.
  public var hasEnded: Bool { state.withLock { $0.hasEnded } }

  /// Calls `deliver` with every frame published in a variant from now on, until the subscription is cancelled.
  ///
  /// - Parameters:
  ///   - variant: What is watched.
  ///   - deliver: Takes a frame.
  ///   - whenEnded: Called once, when the last frame was delivered; before this returns where that is so already.
  public func subscribe(
    to variant: FrameVariant = .standard, _ deliver: @escaping @Sendable (EncodedFrame) -> Void,
    whenEnded: (@Sendable () -> Void)? = nil
  ) -> Subscription {
    let (identifier, hasEnded) = state.withLock { state -> (UInt64, Bool) in
      state.lastIdentifier += 1
      state.subscribers.append(
        Subscriber(
          identifier: state.lastIdentifier, variant: variant, deliver: deliver, whenEnded: whenEnded))
      subscriberCount.store(state.subscribers.count, ordering: .relaxed)
      return (state.lastIdentifier, state.hasEnded)
    }
    demand.consumerCame()
    if hasEnded { whenEnded?() }
    return Subscription(hub: self, identifier: identifier)
  }

  /// Forgets the newest frames: the camera is gone or closed, and an old picture is no picture of now. What says why
  /// stays, through all attempts to open the camera again.
  func forgetLatest() { state.withLock { $0.latest = $0.latest.filter { $0.value.isPlaceholder } } }

  /// Hands a frame to all subscribers of a variant.
  public func publish(_ frame: EncodedFrame, as variant: FrameVariant = .standard) {
    let subscribers = state.withLock { state in
      let subscribers = state.subscribers.filter { $0.variant == variant }
      if variant == .standard || !subscribers.isEmpty { state.latest[variant] = frame }
      state.published += 1
      return subscribers
    }
    for subscriber in subscribers { subscriber.deliver(frame) }
  }

  /// No frame comes any more: tells all subscribers, on this thread.
  public func end() {
    let subscribers = state.withLock { state -> [Subscriber] in
      guard !state.hasEnded else { return [] }
      state.hasEnded = true
      return state.subscribers
    }
    for subscriber in subscribers { subscriber.whenEnded?() }
  }
}
