import NIOHTTP1

/// A request that is well formed and of a kind that the server answers.
struct Request: Sendable {
  /// HEAD: the answer is that of GET without its body.
  var isHead: Bool
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

  /// - Throws: The answer to a request that is none of ours. The connection ends with it, because what follows
  ///   on it may be a body that nobody wants.
  init(_ head: HTTPRequestHead) throws(Refusal) {
    guard head.version.major == 1 else {
      throw Refusal(.httpVersionNotSupported, "HTTP/1.1 is spoken here.")
    }
    switch head.method {
    case .GET: isHead = false
    case .HEAD: isHead = true
    default:
      throw Refusal(
        .methodNotAllowed, "Only GET and HEAD are answered here.", headers: [("Allow", "GET, HEAD")])
    }
    let hosts = head.headers["host"]
    guard hosts.count == 1 || hosts.isEmpty && head.version.minor == 0 else {
      throw Refusal(.badRequest, "A request needs one Host header.")
    }
    var target = Substring(head.uri)
    authority = hosts.first
    // A client that takes the server for a proxy names the host in the target, which then counts (RFC 9112,
    // section 3.2.2).
    let scheme = "http://"
    if target.prefix(scheme.count).lowercased() == scheme {
      target = target.dropFirst(scheme.count)
      let end = target.firstIndex { $0 == "/" || $0 == "?" } ?? target.endIndex
      authority = String(target[..<end])
      target = target[end...]
      if !target.hasPrefix("/") { target = "/" + target }
    }
    guard target.hasPrefix("/") else { throw Refusal(.badRequest, "The request's target is not a path.") }
    let mark = target.firstIndex(of: "?")
    path = String(target[..<(mark ?? target.endIndex)])
    query = mark.map { String(target[target.index(after: $0)...]) } ?? ""
    lastEventIdentifier = head.headers.first(name: "last-event-id")
    // After an upgrade the parser would stop; none is offered, so the connection ends with the answer.
    keepsAlive = head.isKeepAlive && !head.headers.contains(name: "upgrade")
  }

  /// The first value of a query parameter, as it was sent.
  func queryValue(_ name: String) -> Substring? {
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts[0] == name { return parts.count == 2 ? parts[1] : "" }
    }
    return nil
  }
}
