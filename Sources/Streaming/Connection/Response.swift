import NIOCore
import NIOHTTP1

/// Which pages may show an answer: Cross-Origin-Resource-Policy (WHATWG Fetch, section 3.7).
enum ResourcePolicy: String, Sendable {
  /// Those of the same site.
  case sameSite = "same-site"
  /// All: whoever made the page knows the token.
  case crossOrigin = "cross-origin"
}

/// A whole answer.
struct Response: Sendable {
  var status: HTTPResponseStatus
  /// Without those that every answer has (``HTTPHeaders/shared(referrerPolicy:resourcePolicy:)``) and without Content-Length.
  var headers: HTTPHeaders
  var body: ByteBuffer
  /// What a browser may tell of this page's address to where its visitor goes.
  var referrerPolicy = "no-referrer"
  /// Which pages may show it.
  var resourcePolicy = ResourcePolicy.sameSite
  /// Whether the connection ends with this answer.
  var closesConnection = false

  init(_ status: HTTPResponseStatus = .ok, contentType: String, body: ByteBuffer) {
    self.status = status
    headers = ["Content-Type": contentType]
    self.body = body
  }

  /// - Parameters:
  ///   - json: A JSON value as text in one line.
  ///   - status: Of the answer.
  static func json(_ json: String, status: HTTPResponseStatus = .ok) -> Response {
    Response(status, contentType: "application/json", body: ByteBuffer(string: json + "\n"))
  }
}

extension Response {
  /// Leads a browser elsewhere, where it asks with GET.
  ///
  /// - Parameter location: Relative to the request's, so that it also holds behind a proxy.
  static func redirect(to location: String) -> Response {
    var response = Response(.seeOther, contentType: "text/plain; charset=utf-8", body: ByteBuffer())
    response.headers.add(name: "Location", value: location)
    return response
  }

  /// The same with a cookie that keeps a visitor signed in. Scripts cannot read it, and other sites can have it sent
  /// only by leading the visitor here, which changes nothing: all that does is sent with POST.
  static func redirect(to location: String, session: String, request: Request) -> Response {
    redirect(to: location, cookie: session, seconds: SessionStore.lifetimeSeconds, request)
  }

  /// The same, after which the browser has no cookie any more.
  static func redirect(to location: String, endingSessionOf request: Request) -> Response {
    redirect(to: location, cookie: "", seconds: 0, request)
  }

  private static func redirect(
    to location: String, cookie: String, seconds: Int, _ request: Request
  ) -> Response {
    var response = redirect(to: location)
    response.headers.add(
      name: "Set-Cookie",
      value:
        "\(request.origin.cookieName)=\(cookie); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax"
        + (request.origin.isEncrypted ? "; Secure" : ""))
    return response
  }
}

extension HTTPHeaders {
  /// What every answer says: it is of this moment, it is what it says it is, whoever follows a link from it does
  /// not tell where it was, which pages may show it, and that none may do so in a frame, which is another matter.
  static func shared(
    referrerPolicy: String = "no-referrer", resourcePolicy: ResourcePolicy = .sameSite
  ) -> HTTPHeaders {
    [
      "Date": HTTPDate.now,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": referrerPolicy,
      "Cross-Origin-Resource-Policy": resourcePolicy.rawValue,
      "X-Frame-Options": "DENY",
    ]
  }
}
