import Capture
import Glibc
import NIOCore
import Synchronization

/// Counts what goes wrong with the sockets that a server listens on, and tells of it: of each kind of failure once a
/// minute at most, because one that lasts comes several times a second.
final class ListenerWatch: Sendable {
  private static let silenceNanoseconds: UInt64 = 60_000_000_000

  private let measures: StreamingMeasures
  private let tell: @Sendable (ListenerFault) -> Void
  private let toldAt = Mutex<[Int32: MonotonicTime]>([:])

  /// - Parameters:
  ///   - measures: Counts the failures.
  ///   - tell: Called on the server's threads.
  init(measures: StreamingMeasures, tell: @escaping @Sendable (ListenerFault) -> Void) {
    self.measures = measures
    self.tell = tell
  }

  func acceptFailed(errno: Int32, now: MonotonicTime = .now) {
    measures.acceptFailed()
    let isNews = toldAt.withLock { toldAt -> Bool in
      if let last = toldAt[errno], now.nanoseconds(since: last) < Self.silenceNanoseconds { return false }
      toldAt[errno] = now
      return true
    }
    if isNews { tell(.cannotAccept(errno: errno)) }
  }

  func closed() { tell(.closed) }

  /// Sees what fails on a listening socket, and pauses after it: the socket would be tried again at once otherwise, for as
  /// long as a client waits, with all the processor's time.
  func addHandlers(to listener: any Channel) throws {
    try listener.pipeline.syncOperations.addHandlers([
      AcceptObserver(watch: self),
      AcceptBackoffHandler(shouldForwardIOErrorCaught: false) { error in
        // One that gave up while it waited is no reason to let the others wait.
        error.errnoCode == ECONNABORTED ? nil : .milliseconds(250)
      },
    ])
  }
}

/// Stands where errors of a listening socket come by before they are swallowed.
private final class AcceptObserver: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private let watch: ListenerWatch

  init(watch: ListenerWatch) { self.watch = watch }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let error = error as? IOError { watch.acceptFailed(errno: error.errnoCode) }
    context.fireErrorCaught(error)
  }
}
