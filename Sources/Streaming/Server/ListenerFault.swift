import Glibc

/// What goes wrong with a server while it listens.
public enum ListenerFault: Sendable, Equatable {
  /// A client could not be taken, as a rule because too many files are open. It is tried again; clients wait.
  case cannotAccept(errno: Int32)
  /// It does not listen any more, and will not again.
  case closed
}

extension ListenerFault: CustomStringConvertible {
  /// What failed and what it means, in one line.
  public var description: String {
    switch self {
    case .cannotAccept(let errno):
      "a client cannot be taken: \(String(cString: strerror(errno)))"
        + (errno == EMFILE ? " (raise LimitNOFILE= or ulimit -n, or lower http.maximum_clients)" : "")
        + "; it is tried again"
    case .closed: "the HTTP server does not listen any more"
    }
  }
}
