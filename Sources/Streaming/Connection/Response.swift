import NIOCore
import NIOHTTP1

/// A whole answer.
struct Response: Sendable {
  var status: HTTPResponseStatus
  /// Without those that every answer has (``HTTPHeaders/shared``) and without Content-Length.
  var headers: HTTPHeaders
  var body: ByteBuffer

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

extension HTTPHeaders {
  /// What every answer says: it is of this moment, it is what it says it is, whoever follows a link from it does
  /// not tell where it was, and pages of other sites may not show it.
  static var shared: HTTPHeaders {
    [
      "Date": HTTPDate.now,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
      "Cross-Origin-Resource-Policy": "same-site",
    ]
  }
}
