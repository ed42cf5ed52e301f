import Glibc

/// One way to a broker, as libmosquitto is told of it.
///
/// Of a name's addresses libmosquitto takes the first one whose connection does not fail at once, and stays with it where
/// nobody answers there. So it is given one address after the other.
struct BrokerRoute: Equatable {
  /// An address that a name stands for.
  struct Address: Equatable {
    /// AF_INET or AF_INET6.
    let family: Int32
    /// As text, with the interface where it needs one.
    let number: String
  }

  /// Name or number to connect to.
  var host: String
  /// The own end's address. One of no interface (`0.0.0.0`, `::`) keeps the library from the other family; nil for any.
  var localAddress: String?
  /// Whether the library tries all addresses of the host, each for as long as the system does, while the thread waits.
  var isBlocking = false

  /// All ways, the best first.
  ///
  /// - Throws: Where the name stands for nothing.
  static func all(to address: BrokerAddress) throws(BrokerFailure) -> [BrokerRoute] {
    all(to: address, among: try addresses(of: address.host))
  }

  /// All ways to a name that stands for these addresses.
  static func all(to address: BrokerAddress, among found: [Address]) -> [BrokerRoute] {
    // The library compares a certificate with what it was told to connect to, so with TLS that is the name, and of the
    // addresses only the family can be chosen.
    guard address.isEncrypted else { return found.map { BrokerRoute(host: $0.number) } }
    let families = found.map(\.family).reduce(into: [Int32]()) { families, family in
      if !families.contains(family) { families.append(family) }
    }
    return families.map { family in
      BrokerRoute(
        host: address.host,
        localAddress: families.count == 1 ? nil : family == AF_INET6 ? "::" : "0.0.0.0",
        isBlocking: found.count { $0.family == family } > 1)
    }
  }

  private static func addresses(of name: String) throws(BrokerFailure) -> [Address] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(name, nil, &hints, &first)
    guard status == 0 else {
      let reason =
        status == EAI_SYSTEM ? String(cString: strerror(errno)) : String(cString: gai_strerror(status))
      throw BrokerFailure(description: "\(name) cannot be resolved: \(reason)")
    }
    defer { freeaddrinfo(first) }
    var addresses: [Address] = []
    var next = first
    while let entry = next?.pointee {
      next = entry.ai_next
      guard let text = number(of: entry) else { continue }
      let address = Address(family: entry.ai_family, number: text)
      if !addresses.contains(address) { addresses.append(address) }
    }
    guard !addresses.isEmpty else { throw BrokerFailure(description: "\(name) has no address") }
    return addresses
  }

  private static func number(of entry: addrinfo) -> String? {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = getnameinfo(
      entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
    guard status == 0 else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
