import Capture

/// Visitors who signed in: the secrets in their cookies, which are not the token, and last until the daemon ends at
/// most.
struct SessionStore {
  /// How long a visitor stays signed in.
  static let lifetimeSeconds = 30 * 24 * 3600
  /// Visitors at one time; the one who signed in first has to do so again.
  static let capacity = 256

  private struct Session {
    var secret: [UInt8]
    var end: MonotonicTime
  }

  private var sessions: [Session] = []

  /// Visitors who are signed in, some of whose time may be over.
  var count: Int { sessions.count }

  /// Begins a session.
  ///
  /// - Returns: Its secret.
  mutating func begin(now: MonotonicTime) -> String {
    sessions.removeAll { $0.end <= now }
    if sessions.count >= Self.capacity { sessions.removeFirst() }
    let secret = Secrets.random()
    let end = now.advanced(byNanoseconds: UInt64(Self.lifetimeSeconds) * 1_000_000_000)
    sessions.append(Session(secret: Array(secret.utf8), end: end))
    return secret
  }

  /// Whether a secret is that of a session. All of them are looked at, whichever it is.
  func contains(_ secret: String, now: MonotonicTime) -> Bool {
    let candidate = Array(secret.utf8)
    return sessions.reduce(false) { found, session in
      let isThis = Secrets.areEqual(session.secret, candidate)
      return found || (isThis && session.end > now)
    }
  }

  /// Ends the session with a secret, where there is one.
  mutating func end(_ secret: String) {
    let candidate = Array(secret.utf8)
    sessions.removeAll { Secrets.areEqual($0.secret, candidate) }
  }

  /// Ends all sessions.
  mutating func endAll() { sessions = [] }
}
