/// Where a broker listens, as people write it: `mqtt://host:1883`, `mqtts://host`, `host`, `[::1]:1883`.
public struct BrokerAddress: Sendable, Equatable, CustomStringConvertible {
  /// Why a text is no address; for people.
  public struct Refusal: Error, Equatable {
    /// Completes a sentence that begins with the text.
    public let reason: String
  }

  /// Name or number, an IPv6 address without brackets.
  public let host: String
  /// 1...65535.
  public let port: Int
  /// Whether the connection is encrypted (TLS).
  public let isEncrypted: Bool

  /// Reads a text.
  public init(_ text: String) throws(Refusal) {
    var rest = Substring(text)
    isEncrypted = rest.hasPrefix("mqtts://")
    for scheme in ["mqtt://", "mqtts://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    if rest.contains("://") { throw Refusal(reason: "begins neither with mqtt:// nor with mqtts://") }
    if rest.contains("@") {
      throw Refusal(reason: "has a name or password in it; they belong into a file: mqtt.credentials")
    }
    var portText: Substring?
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      let behind = rest[rest.index(after: end)...]
      guard behind.isEmpty || behind.hasPrefix(":") else { throw Refusal(reason: "is no address") }
      portText = behind.isEmpty ? nil : behind.dropFirst()
      rest = rest[rest.index(after: rest.startIndex)..<end]
    } else if let colon = rest.lastIndex(of: ":"), rest.firstIndex(of: ":") == colon {
      portText = rest[rest.index(after: colon)...]
      rest = rest[..<colon]
    }
    let isPlain = rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Array("/[]".utf8).contains($0) }
    guard !rest.isEmpty, rest.utf8.count <= 255, isPlain else {
      throw Refusal(reason: "is no address like mqtt://host:1883 or mqtts://host")
    }
    host = String(rest)
    guard let portText else {
      port = isEncrypted ? 8883 : 1883
      return
    }
    guard let number = Int(portText), (1...65_535).contains(number) else {
      throw Refusal(reason: "has no port from 1 to 65535")
    }
    port = number
  }

  /// Whether what is sent stays on this machine.
  public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

  /// As it is written in the configuration.
  public var description: String {
    (isEncrypted ? "mqtts://" : "mqtt://") + (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
  }
}
