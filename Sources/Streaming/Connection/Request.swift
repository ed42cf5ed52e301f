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

  /// The one path that takes forms.
  static let formPath = "/login"

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
    switch head.method {
    case .GET: method = .get
    case .HEAD: method = .head
    case .POST where target?.path == Self.formPath: method = .post
    default:
      let isForm = target?.path == Self.formPath
      throw Refusal(
        .methodNotAllowed, "Only GET and HEAD are answered here, and POST at \(Self.formPath).",
        headers: [("Allow", isForm ? "GET, HEAD, POST" : "GET, HEAD")])
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
