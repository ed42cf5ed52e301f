import Pipeline
import Synchronization

/// Counts the viewers of the stream, and listens to the frame hub exactly while there are any: nothing is
/// encoded for nobody.
final class Audience: Sendable {
  private struct State {
    var count = 0
    var subscription: FrameHub.Subscription?
    var isDismissed = false
  }

  let frames: FrameHub
  private let state = Mutex(State())

  init(frames: FrameHub) { self.frames = frames }

  /// Viewers now.
  var count: Int { state.withLock { $0.count } }

  /// One more viewer; the first one starts the subscription.
  func enter(deliver: @escaping @Sendable (EncodedFrame) -> Void) {
    state.withLock { state in
      state.count += 1
      if state.subscription == nil, !state.isDismissed { state.subscription = frames.subscribe(deliver) }
    }
  }

  /// One viewer less; the last one ends the subscription.
  func leave() {
    state.withLock { state in
      state.count -= 1
      if state.count == 0 { state.subscription = nil }
    }
  }

  /// Nobody is shown anything any more.
  func dismiss() {
    state.withLock { state in
      state.isDismissed = true
      state.subscription = nil
    }
  }
}
