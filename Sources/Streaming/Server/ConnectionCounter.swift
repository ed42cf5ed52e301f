import NIOCore
import Synchronization

/// Knows the open connections, and says which of them are too many.
final class ConnectionCounter: Sendable {
  /// How a new connection is treated.
  enum Admission: Sendable {
    /// As any other.
    case welcome
    /// Over the limit: it is told so.
    case overLimit
    /// So far over the limit that it is closed without a word.
    case refused
  }

  private let limit: Int
  private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

  /// - Parameter limit: Connections that are welcome at one time.
  init(limit: Int) { self.limit = limit }

  /// Connections that are open now.
  var count: Int { open.withLock { $0.count } }

  /// Decides about a new connection and counts it until it closes.
  func admit(_ channel: any Channel) -> Admission {
    let identifier = ObjectIdentifier(channel)
    let count = open.withLock { open in
      open[identifier] = channel
      return open.count
    }
    channel.closeFuture.whenComplete { _ in _ = self.open.withLock { $0.removeValue(forKey: identifier) } }
    if count <= limit { return .welcome }
    return count <= limit + HTTPLimits.refusedClients ? .overLimit : .refused
  }

  /// Closes all connections, whatever is under way on them.
  func closeAll() {
    for channel in open.withLock({ Array($0.values) }) { channel.close(promise: nil) }
  }
}
