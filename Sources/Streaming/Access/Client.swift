import NIOCore

/// Who is at the other end of a connection, as far as limits care.
enum ClientAddress: Hashable, Sendable {
  /// The four bytes of an IPv4 address, or the first eight of an IPv6 address: whoever has one address of a /64 has
  /// all of them.
  case network([UInt8])
  /// A program on this machine that came through a unix socket.
  case local

  init(_ address: SocketAddress?) {
    switch address {
    case .v4(let address):
      self = .network(withUnsafeBytes(of: address.address.sin_addr) { Array($0) })
    case .v6(let address):
      let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
      // An IPv4 address that came to an IPv6 socket (RFC 4291, section 2.5.5.2).
      let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
      self = .network(Array(isMapped ? bytes[12...] : bytes[..<8]))
    case .unixDomainSocket, nil: self = .local
    }
  }
}

/// What a request's connection says of it.
struct ConnectionOrigin: Sendable {
  /// Who asks.
  var client = ClientAddress.local
  /// Whether nobody on the way can read along.
  var isEncrypted = false
  /// The server's port that was called; 0 for a unix socket.
  var port = 0
  /// The path of the unix socket that was called; nil for a port.
  var socketPath: String?

  /// The name of the cookie that keeps a visitor signed in. Browsers keep cookies by host and not by port, so
  /// that several daemons on one machine, or behind one proxy, need names of their own.
  var cookieName: String { "emotiond-\(socketPath.map(Self.digits) ?? String(port))" }

  /// Sixteen hexadecimal digits that are the same for a path each time: its FNV-1a hash (Fowler, Noll, Vo).
  private static func digits(of path: String) -> String {
    let hash = path.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    let text = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
