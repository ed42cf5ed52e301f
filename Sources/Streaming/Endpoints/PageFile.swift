import CPage
import NIOCore

/// The files that are part of the program: the page, and the description of the interface.
struct PageFile {
  private let file: cpage_file

  static var all: [PageFile] { (0..<cpage_file_count()).map { PageFile(file: cpage_file_at($0)) } }

  /// The page that shows all cameras.
  static let overviewPath = "/overview"

  /// Where the file is.
  var path: String { String(cString: file.path) }

  /// The answer that holds the file.
  var response: Response {
    var response = Response(
      contentType: String(cString: file.content_type),
      body: ByteBuffer(bytes: UnsafeBufferPointer(start: file.bytes, count: file.size)))
    if path == "/" || path == Self.overviewPath {
      response.headers.add(name: "Content-Security-Policy", value: Self.contentSecurityPolicy)
      response.headers.add(name: "Permissions-Policy", value: Self.permissionsPolicy)
      response.headers.add(name: "Cross-Origin-Opener-Policy", value: "same-origin")
    }
    return response
  }

  /// Everything comes from this server; nothing is inline, nothing is sent anywhere, nobody frames the page.
  private static let contentSecurityPolicy = [
    "default-src 'none'", "img-src 'self'", "style-src 'self'", "script-src 'self'", "connect-src 'self'",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
  ].joined(separator: "; ")

  /// The page shows a camera of the daemon's; the visitor's own is none of its business.
  private static let permissionsPolicy = "camera=(), microphone=(), geolocation=()"
}
