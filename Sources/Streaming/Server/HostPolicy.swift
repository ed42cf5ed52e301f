/// Which names a client may call the server by.
///
/// A server on a loopback address answers to `localhost` and to loopback addresses only: otherwise any web page
/// could have its own name resolve to 127.0.0.1 and read the camera through the visitor's browser (DNS rebinding). More
/// names can be allowed. Elsewhere a token protects the camera, and every name is answered unless some are allowed.
struct HostPolicy: Sendable {
  private let admitsAll: Bool
  private let allowedNames: Set<String>

  /// - Parameters:
  ///   - address: Where the server really listens; nil for a unix socket, which no browser can call.
  ///   - allowedNames: Names besides loopback ones.
  init(boundTo address: ListenAddress?, allowedNames: Set<String> = []) {
    admitsAll = address?.isLoopback != true && allowedNames.isEmpty
    self.allowedNames = allowedNames
  }

  /// Whether the server may answer a request for this authority, the value of the Host header: `name` or
  /// `name:port`. The port does not matter, because a tunnel may change it. Nil (HTTP/1.0 without Host) is
  /// admitted: no browser sends that.
  func admits(authority: String?) -> Bool {
    guard !admitsAll, let authority else { return true }
    guard let name = Self.name(inAuthority: authority) else { return false }
    return ListenAddress(host: name, port: 0).isLoopback || allowedNames.contains(name)
  }

  /// The name without the port and without an IPv6 address's brackets, in lower case; nil where the text is no
  /// authority.
  static func name(inAuthority authority: String) -> String? {
    let text = authority.lowercased()
    let end: String.Index
    if text.hasPrefix("[") {
      guard let bracket = text.firstIndex(of: "]") else { return nil }
      end = text.index(after: bracket)
    } else {
      end = text.firstIndex(of: ":") ?? text.endIndex
    }
    let port = text[end...]
    guard end > text.startIndex, port.isEmpty || port.hasPrefix(":") else { return nil }
    guard port.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return String(text.hasPrefix("[") ? text[..<end].dropFirst().dropLast() : text[..<end])
  }
}
