import NIOCore
import NIOHTTP1

extension Response {
  /// An answer that says what is wrong, for people and for programs: a problem document (RFC 9457).
  ///
  /// - Parameters:
  ///   - status: 400 or above.
  ///   - detail: What is wrong with this request, and what to do.
  ///   - headers: Those that are added.
  static func problem(
    _ status: HTTPResponseStatus, _ detail: String, headers: [(String, String)] = []
  ) -> Response {
    let json = JSONValue.object([
      ("type", .string("about:blank")), ("title", .string(status.reasonPhrase)),
      ("status", .integer(Int64(status.code))), ("detail", .string(detail)),
    ])
    var response = Response(
      status, contentType: "application/problem+json", body: ByteBuffer(string: json.text + "\n"))
    response.headers.add(contentsOf: headers)
    return response
  }
}

/// Why a request is not answered as it was meant.
struct Refusal: Error {
  private(set) var response: Response

  /// The same, after which the connection is closed.
  var closingConnection: Refusal {
    var refusal = self
    refusal.response.closesConnection = true
    return refusal
  }

  /// - Parameters:
  ///   - status: 400 or above.
  ///   - detail: What is wrong with the request, and what to do.
  ///   - headers: Those that are added.
  init(_ status: HTTPResponseStatus, _ detail: String, headers: [(String, String)] = []) {
    response = .problem(status, detail, headers: headers)
  }
}
