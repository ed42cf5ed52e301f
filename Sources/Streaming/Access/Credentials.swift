import NIOHTTP1

/// What a request shows to be let in.
struct Credentials: Sendable, Equatable {
  /// From `Authorization: Bearer`, or else from the query's `token`.
  var token: String?
  /// Whether the token is the query's.
  var isInAddress: Bool
  /// From the cookie of a visitor who signed in.
  var session: String?

  init(_ request: Request) {
    let bearer = Self.bearer(request.authorization)
    let queryToken = request.queryValue("token").map(FormText.decoded)
    token = bearer ?? queryToken
    isInAddress = bearer == nil && queryToken != nil
    session = request.cookie(request.origin.cookieName)
  }

  /// The token of `Bearer <token>` (RFC 6750); nil for another scheme.
  private static func bearer(_ header: String?) -> String? {
    guard let parts = header?.split(separator: " ", maxSplits: 1), parts.count == 2,
      parts[0].lowercased() == "bearer"
    else { return nil }
    return String(parts[1].drop { $0 == " " })
  }
}

/// The values of queries and forms. A plus sign stays one: no value here has a space, and tokens may have a plus.
enum FormText {
  /// With `%2B` and its like as what they stand for; what is no such escape stays as it is.
  static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(hexadecimal: rest.prefix(2)) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The first value of a name in `name=value&name=value`, as it was sent.
  static func value(of name: String, in text: some StringProtocol) -> Substring? {
    for pair in Substring(text).split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts[0] == name { return parts.count == 2 ? parts[1] : "" }
    }
    return nil
  }
}

extension UInt8 {
  /// Two hexadecimal digits.
  fileprivate init?(hexadecimal digits: Substring.UTF8View) {
    guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16),
      digits.first != UInt8(ascii: "+")
    else { return nil }
    self = value
  }
}
