import NIOCore
import Synchronization

/// Knows every open connection: for the limit, for the counts, and to close them all at the end.
final class ConnectionRegistry: Sendable {
  /// How a new connection is treated.
  enum Admission: Sendable {
    /// As any other.
    case welcome
    /// Over the limit: it is told so.
    case overLimit
    /// Far over the limit, or the server stops: it is closed without a word.
    case refused
  }

  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())
  private let limit: Int

  /// - Parameter limit: Connections that are welcome at one time.
  init(limit: Int) { self.limit = limit }

  /// Connections that are open now.
  var count: Int { state.withLock { $0.channels.count } }

  /// Decides about a new connection and, unless it is refused, keeps it until it closes.
  func admit(_ channel: any Channel) -> Admission {
    let admission = state.withLock { state -> Admission in
      guard !state.isClosed, state.channels.count < limit + HTTPLimits.refusedClients else { return .refused }
      state.channels[ObjectIdentifier(channel)] = channel
      return state.channels.count <= limit ? .welcome : .overLimit
    }
    if admission != .refused {
      channel.closeFuture.whenComplete { [weak self] _ in
        self?.state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
      }
    }
    return admission
  }

  /// Closes every connection at once, whatever is under way on it, and refuses new ones.
  func closeAll() {
    let channels = state.withLock { state in
      state.isClosed = true
      return Array(state.channels.values)
    }
    for channel in channels { channel.close(promise: nil) }
  }
}
