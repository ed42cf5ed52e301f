import CPage
import NIOCore

/// The files that are part of the program: the page, and the description of the interface.
struct PageFile {
  private let file: cpage_file

  static var all: [PageFile] { (0..<cpage_file_count()).map { PageFile(file: cpage_file_at($0)) } }

  /// The page that shows all cameras.
  static let overviewPath = "/overview"

  /// Whether it belongs to the page of all cameras, which is of no use below the path of one.
  var isOfAllCameras: Bool { path.hasPrefix(Self.overviewPath) }

  /// Where the file is.
  var path: String { String(cString: file.path) }

  /// What answers with the file.
  var responder: any Responder {
    let bytes = UnsafeBufferPointer(start: file.bytes, count: file.size)
    if path == "/" || path == Self.overviewPath {
      return PageResponder(html: String(decoding: bytes, as: UTF8.self))
    }
    return FixedResponder(
      response: Response(contentType: String(cString: file.content_type), body: ByteBuffer(bytes: bytes)))
  }
}

/// A page. Whoever is signed in finds a button on it that signs out.
private struct PageResponder: Responder {
  let html: String

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    // The page has the form in one place, hidden from those whom it is of no use to.
    let form = " action=\"\(SiteRouter.wayToRoot(from: request.path))logout\">"
    let text = request.isSignedIn ? html.replacing(" hidden><!-- signed in -->", with: form) : html
    var response = Response(contentType: "text/html; charset=utf-8", body: ByteBuffer(string: text))
    response.protectPage(formAction: request.isSignedIn ? "'self'" : "'none'")
    // With no-referrer browsers would not say which page sends the form.
    if request.isSignedIn { response.referrerPolicy = "same-origin" }
    return .complete(response)
  }
}

extension Response {
  /// Adds what a page's headers forbid: everything comes from this server; nothing is inline, nothing is sent anywhere,
  /// nobody frames it.
  ///
  /// - Parameter formAction: Where forms may be sent, as the Content-Security-Policy says it.
  mutating func protectPage(formAction: String) {
    let policy = [
      "default-src 'none'", "img-src 'self'", "style-src 'self'", "script-src 'self'", "connect-src 'self'",
      "base-uri 'none'", "form-action \(formAction)", "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]
    headers.add(name: "Content-Security-Policy", value: policy.joined(separator: "; "))
    // The page shows a camera of the daemon's; the visitor's own is none of its business.
    headers.add(name: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=()")
    headers.add(name: "Cross-Origin-Opener-Policy", value: "same-origin")
  }
}
