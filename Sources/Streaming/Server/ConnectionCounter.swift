import NIOCore
import Synchronization

/// Counts the open connections, and says which of them are too many.
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
  private let open = Atomic<Int>(0)

  /// - Parameter limit: Connections that are welcome at one time.
  init(limit: Int) { self.limit = limit }

  /// Connections that are open now.
  var count: Int { open.load(ordering: .relaxed) }

  /// Decides about a new connection and counts it until it closes.
  func admit(_ channel: any Channel) -> Admission {
    let count = open.add(1, ordering: .relaxed).newValue
    channel.closeFuture.whenComplete { _ in self.open.subtract(1, ordering: .relaxed) }
    if count <= limit { return .welcome }
    return count <= limit + HTTPLimits.refusedClients ? .overLimit : .refused
  }
}
