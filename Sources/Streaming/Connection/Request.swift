import NIOCore
import NIOHTTP1

/// A request that is well formed and of a kind that the server answers.
struct Request: Sendable {
  /// What the client wants.
  enum Method: Sendable {
    case get
    /// The answer is that of GET without its body.
    case head
    /// Sends a form.
    case post
  }

  /// Where a visitor signs in and out: the paths that take forms.
  static let loginPath = "/login"
  static let logoutPath = "/logout"

  var method: Method
  /// The path, `/` first, as it was sent.
  var path: String
  /// What follows the question mark, as it was sent; empty without one.
  var query: String
  /// What the client calls the server: the Host header, or the authority of an absolute target.
  var authority: String?
  /// Whether the client wants to ask again on the same connection.
  var keepsAlive: Bool
  /// The newest event that the client has seen, as it says.
  var lastEventIdentifier: String?
  /// The page whose script or form asks, as a browser says it (Origin).
  var pageOrigin: String?
  /// Whether a page of another site makes the browser ask, and not in order to go there, as the browser says (Fetch
  /// Metadata). Programs and older browsers say nothing.
  var isOfAnotherSite: Bool
  /// The Authorization header.
  var authorization: String?
  /// Whether the answer is shown to a person: a browser goes to this address.
  var isNavigation: Bool
  /// The kind of a form.
  var contentType: String?
  /// A form's bytes; empty for other requests, whose bodies are forgotten.
  var body = ByteBuffer()
  /// Where it came from.
  var origin: ConnectionOrigin
  /// Whether the client may know everything; the front door decides.
  var isTrusted = false
  /// Whether it is trusted for its cookie: a visitor who can sign out; the front door decides.
  var isSignedIn = false
  /// Which pages may show the pictures that are answered; the front door decides.
  var resourcePolicy = ResourcePolicy.sameSite

  private var cookies: [String]

  /// HEAD.
  var isHead: Bool { method == .head }

  /// - Parameters:
  ///   - head: As it was parsed.
  ///   - origin: Where it came from.
  /// - Throws: The answer to a request that is none of ours. The connection ends with it, because what follows
  ///   on it may be a body that nobody wants.
  init(_ head: HTTPRequestHead, from origin: ConnectionOrigin) throws(Refusal) {
    guard head.version.major == 1 else {
      throw Refusal(.httpVersionNotSupported, "HTTP/1.1 is spoken here.")
    }
    let hosts = head.headers["host"]
    let target = Self.target(head.uri)
    // A link must not sign anybody out.
    let isLogout = target?.path == Self.logoutPath
    switch head.method {
    case .GET where !isLogout: method = .get
    case .HEAD where !isLogout: method = .head
    case .POST where isLogout || target?.path == Self.loginPath: method = .post
    default:
      let isLogin = target?.path == Self.loginPath
      throw Refusal(
        .methodNotAllowed,
        "Only GET and HEAD are answered here, POST at \(Self.loginPath), and POST alone at \(Self.logoutPath).",
        headers: [("Allow", isLogout ? "POST" : isLogin ? "GET, HEAD, POST" : "GET, HEAD")])
    }
    guard hosts.count == 1 || hosts.isEmpty && head.version.minor == 0 else {
      throw Refusal(.badRequest, "A request needs one Host header.")
    }
    guard let target else { throw Refusal(.badRequest, "The request's target is not a path.") }
    path = target.path
    query = target.query
    authority = target.authority ?? hosts.first
    lastEventIdentifier = head.headers.first(name: "last-event-id")
    pageOrigin = head.headers.first(name: "origin")
    isOfAnotherSite =
      head.headers.first(name: "sec-fetch-site") == "cross-site"
      && head.headers.first(name: "sec-fetch-dest") != "document"
    authorization = head.headers.first(name: "authorization")
    isNavigation = head.headers["accept"].contains { $0.lowercased().contains("text/html") }
    contentType = head.headers.first(name: "content-type")
    cookies = head.headers["cookie"]
    self.origin = origin
    // After an upgrade the parser would stop; none is offered, so the connection ends with the answer.
    keepsAlive = head.isKeepAlive && !head.headers.contains(name: "upgrade")
  }

  /// The first value of a query parameter, as it was sent.
  func queryValue(_ name: String) -> Substring? { FormText.value(of: name, in: query) }

  /// A cookie's value.
  func cookie(_ name: String) -> String? {
    for pair in cookies.lazy.flatMap({ $0.split(separator: ";") }) {
      let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      if parts.count == 2, parts[0] == name { return String(parts[1]) }
    }
    return nil
  }

  /// The parts of a target; nil where it is not a path. A client that takes the server for a proxy names the host in
  /// the target, which then counts (RFC 9112, section 3.2.2).
  private static func target(_ uri: String) -> (authority: String?, path: String, query: String)? {
    var target = Substring(uri)
    var authority: String?
    for scheme in ["http://", "https://"] where target.prefix(scheme.count).lowercased() == scheme {
      target = target.dropFirst(scheme.count)
      let end = target.firstIndex { $0 == "/" || $0 == "?" } ?? target.endIndex
      authority = String(target[..<end])
      target = target[end...]
      if !target.hasPrefix("/") { target = "/" + target }
      break
    }
    guard target.hasPrefix("/") else { return nil }
    let mark = target.firstIndex(of: "?")
    return (
      authority, String(target[..<(mark ?? target.endIndex)]),
      mark.map { String(target[target.index(after: $0)...]) } ?? ""
    )
  }
}
