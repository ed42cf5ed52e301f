import Capture
import Synchronization

/// Decides who may see the camera: whoever shows the token, or the cookie that was had for it.
///
/// Without a token everybody may who reaches the server at all. A cookie's secret is 256 random bits, so that wrong
/// ones are no guesses but old ones, and cost nothing; wrong tokens are counted by client.
final class AccessControl: Sendable {
  /// Whether a request may be answered.
  enum Verdict {
    /// Nobody has to show anything.
    case open
    /// By the token itself.
    case granted
    /// By a cookie, which a browser sends whoever made it do so.
    case grantedByCookie
    case refused(Refusal)
  }

  private struct State {
    var token: AccessToken?
    var sessions = SessionStore()
    var attempts = AttemptLimiter()
  }

  private let state: Mutex<State>
  private let measures: StreamingMeasures

  /// - Parameters:
  ///   - token: Nil for a server that asks for none.
  ///   - measures: Counts wrong tokens.
  init(token: AccessToken?, measures: StreamingMeasures) {
    state = Mutex(State(token: token))
    self.measures = measures
  }

  /// Whether a token is asked for.
  var needsToken: Bool { state.withLock { $0.token != nil } }

  /// Takes another token from now on. Where it is another one, all visitors have to sign in again.
  ///
  /// - Returns: Whether it is another one.
  @discardableResult
  func replace(token: AccessToken) -> Bool {
    state.withLock { state in
      guard state.token != nil, state.token != token else { return false }
      state.token = token
      state.sessions.endAll()
      return true
    }
  }

  /// Looks at what a request shows.
  func verdict(on request: Request, now: MonotonicTime = .now) -> Verdict {
    let credentials = Credentials(request)
    let isSignedIn = state.withLock { state -> Bool? in
      guard state.token != nil else { return nil }
      return credentials.session.map { state.sessions.contains($0, now: now) } ?? false
    }
    guard let isSignedIn else { return .open }
    if isSignedIn { return .grantedByCookie }
    guard let token = credentials.token else {
      return .refused(
        Refusal(
          .unauthorized,
          "This needs the token: as Authorization: Bearer, as ?token=, or sign in at /login in a browser.",
          headers: [("WWW-Authenticate", "Bearer realm=\"emotiond\"")]))
    }
    do throws(Refusal) { try check(token, from: request.origin.client, now: now) } catch {
      return .refused(error)
    }
    return .granted
  }

  /// Signs a visitor in.
  ///
  /// - Returns: The secret for the cookie.
  /// - Throws: 401 for a wrong token, 429 for a client that sent too many of those.
  func signIn(token: String, from client: ClientAddress, now: MonotonicTime = .now) throws(Refusal) -> String
  {
    try check(token, from: client, now: now)
    return state.withLock { $0.sessions.begin(now: now) }
  }

  /// Signs a visitor out.
  func signOut(session: String) { state.withLock { $0.sessions.end(session) } }

  private func check(_ token: String, from client: ClientAddress, now: MonotonicTime) throws(Refusal) {
    enum Outcome { case right, wrong, early(seconds: Int) }
    let outcome = state.withLock { state -> Outcome in
      // Not even a right token counts, or the wait would be none for who guesses.
      if let seconds = state.attempts.secondsToWait(for: client, now: now) { return .early(seconds: seconds) }
      if state.token?.matches(token) == true { return .right }
      state.attempts.noteFailure(of: client, now: now)
      return .wrong
    }
    switch outcome {
    case .right: return
    case .wrong:
      measures.tokenWasWrong()
      throw Refusal(
        .unauthorized, "This is not the token.",
        headers: [("WWW-Authenticate", "Bearer realm=\"emotiond\", error=\"invalid_token\"")])
    case .early(let seconds):
      throw Refusal(
        .tooManyRequests, "Too many wrong tokens came from your address; wait \(seconds) seconds.",
        headers: [("Retry-After", String(seconds))])
    }
  }
}
