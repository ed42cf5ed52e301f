import CPage
import NIOCore

/// The files of the page, which are part of the program.
enum PageFile {
  case page, style, script, icon

  /// The answer that holds the file.
  var response: Response {
    var response = Response(contentType: contentType, body: ByteBuffer(bytes: bytes))
    if self == .page {
      response.headers.add(name: "Content-Security-Policy", value: Self.contentSecurityPolicy)
    }
    return response
  }

  /// Everything comes from this server; nothing is inline, nothing is sent anywhere, nobody frames the page.
  private static let contentSecurityPolicy = [
    "default-src 'none'", "img-src 'self'", "style-src 'self'", "script-src 'self'", "connect-src 'self'",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  private var contentType: String {
    switch self {
    case .page: "text/html; charset=utf-8"
    case .style: "text/css; charset=utf-8"
    case .script: "text/javascript; charset=utf-8"
    case .icon: "image/svg+xml"
    }
  }

  private var bytes: UnsafeBufferPointer<UInt8> {
    let file =
      switch self {
      case .page: cpage_index_html()
      case .style: cpage_page_css()
      case .script: cpage_page_js()
      case .icon: cpage_favicon_svg()
      }
    return UnsafeBufferPointer(start: file.bytes, count: file.size)
  }
}
