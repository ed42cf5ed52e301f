import Glibc

/// Where the server listens: at an address of the network, at a file, or where another program already does.
public enum ListenPlace: Sendable, Hashable {
  /// TCP.
  case address(ListenAddress)
  /// A unix socket of this path, made with these permissions.
  case socketFile(path: String, mode: mode_t)
  /// A socket that another program, as a rule systemd, opened and listens on.
  case inherited(descriptor: Int32)

  /// What a path of a unix socket begins with.
  static let socketPrefix = "unix:"

  /// Reads `host:port` or `unix:/path`.
  ///
  /// - Parameters:
  ///   - text: As it was configured.
  ///   - socketMode: Permissions of a unix socket.
  /// - Throws: ``HTTPServerError/badAddress(text:reason:)``.
  public init(_ text: String, socketMode: mode_t = 0o660) throws(HTTPServerError) {
    guard text.hasPrefix(Self.socketPrefix) else {
      self = .address(try ListenAddress(text))
      return
    }
    let path = String(text.dropFirst(Self.socketPrefix.count))
    guard path.hasPrefix("/") else {
      throw .badAddress(
        text: text, reason: "write the whole path, for example unix:/run/emotiond/emotiond.sock")
    }
    guard path.utf8.count <= SocketFile.maximumPathBytes else {
      throw .badAddress(
        text: text, reason: "the path of a socket has \(SocketFile.maximumPathBytes) bytes at most")
    }
    self = .socketFile(path: path, mode: socketMode)
  }
}

/// Where a server that was started listens.
public struct ServedPlace: Sendable, Hashable {
  /// Never ``ListenPlace/inherited(descriptor:)``; with the port that was chosen.
  public let place: ListenPlace
  /// Whether TLS is spoken there.
  public let isEncrypted: Bool

  /// Whether only this machine can reach it.
  public var isLocal: Bool {
    if case .address(let address) = place { address.isLoopback } else { true }
  }
}

extension ServedPlace: CustomStringConvertible {
  /// `http://127.0.0.1:8080/`, `https://…` or `unix:/path`.
  public var description: String {
    switch place {
    case .address(let address): isEncrypted ? "https://\(address)/" : address.url
    case .socketFile(let path, _): ListenPlace.socketPrefix + path
    case .inherited(let descriptor): "descriptor \(descriptor)"
    }
  }
}
