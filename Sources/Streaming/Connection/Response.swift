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

  /// One line for people.
  static func text(
    _ status: HTTPResponseStatus, _ text: String, headers: [(String, String)] = []
  ) -> Response {
    var response = Response(
      status, contentType: "text/plain; charset=utf-8", body: ByteBuffer(string: text + "\n"))
    response.headers.add(contentsOf: headers)
    return response
  }

  static func json(_ json: String, status: HTTPResponseStatus = .ok) -> Response {
    Response(status, contentType: "application/json", body: ByteBuffer(string: json + "\n"))
  }
}

extension HTTPHeaders {
  /// What every answer says: it is of this moment, it is what it says it is, and whoever follows a link from
  /// it does not tell where it was.
  static var shared: HTTPHeaders {
    [
      "Date": HTTPDate.now,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
    ]
  }
}
