/// Where the server listens: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`.
public struct ListenAddress: Sendable, Hashable {
  /// An IPv4 or IPv6 address (without brackets) or a name.
  public var host: String
  /// 0 lets the system choose a free port.
  public var port: UInt16

  /// - Parameters:
  ///   - host: As ``host``.
  ///   - port: As ``port``.
  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port`; an IPv6 address stands in brackets.
  ///
  ///     try ListenAddress("[::1]:8080").port  // 8080
  ///
  /// - Throws: ``HTTPServerError/badAddress(text:reason:)``.
  public init(_ text: String) throws(HTTPServerError) {
    guard let colon = text.lastIndex(of: ":") else {
      throw .badAddress(text: text, reason: "a port is missing; write host:port, for example 127.0.0.1:8080")
    }
    var host = text[..<colon]
    let digits = text[text.index(after: colon)...]
    if host.hasPrefix("[") {
      guard host.hasSuffix("]") else {
        throw .badAddress(text: text, reason: "the bracket is not closed; write [::1]:8080")
      }
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw .badAddress(text: text, reason: "write an IPv6 address in brackets: [::1]:8080")
    }
    guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .badAddress(
        text: text, reason: "a host is missing; 127.0.0.1 is this machine alone, 0.0.0.0 every interface")
    }
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
      throw .badAddress(text: text, reason: "the port is a number from 0 to 65535")
    }
    self.init(host: String(host), port: port)
  }

  /// Whether only this machine can reach it. Addresses count by their text, and of names only `localhost`: any
  /// other name may mean any address.
  public var isLoopback: Bool {
    let address = host.hasPrefix("::ffff:") ? host.dropFirst("::ffff:".count) : host[...]
    let isIPv4 = address.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    return host == "localhost" || host == "::1" || (isIPv4 && address.hasPrefix("127."))
  }

  /// The page's address.
  public var url: String { "http://\(self)/" }
}

extension ListenAddress: CustomStringConvertible {
  /// As ``init(_:)`` reads it.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
