import NIOCore
import Synchronization

/// The answer that a client waits for, from whatever thread has it first.
final class PendingResponse: Sendable {
  private let eventLoop: any EventLoop
  private let deliver: NIOLoopBound<(Response) -> Void>
  private let isAwaited = Mutex(true)

  /// - Parameter deliver: Called on the event loop, once at most.
  init(eventLoop: any EventLoop, deliver: @escaping (Response) -> Void) {
    self.eventLoop = eventLoop
    self.deliver = NIOLoopBound(deliver, eventLoop: eventLoop)
  }

  /// Gives the answer. Only the first one counts; later ones are not even made.
  func complete(with response: @autoclosure () -> Response) {
    isAwaited.withLock { isAwaited in
      guard isAwaited else { return }
      isAwaited = false
      let response = response()
      // Inside the lock: once ``abandon()`` returned, the event loop may be gone.
      eventLoop.execute { [deliver] in deliver.value(response) }
    }
  }

  /// Nobody waits any more.
  func abandon() { isAwaited.withLock { $0 = false } }
}
