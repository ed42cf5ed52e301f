import Glibc
import NIOCore

/// Sockets that were opened by another program, as a rule by systemd for socket activation.
enum InheritedSocket {
  /// What a descriptor listens on.
  ///
  /// - Throws: ``HTTPServerError/badSocket(descriptor:reason:)`` where it is no stream socket that listens.
  static func place(of descriptor: Int32) throws(HTTPServerError) -> ListenPlace {
    guard option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue) else {
      throw .badSocket(descriptor: descriptor, reason: "is no stream socket (ListenStream=)")
    }
    guard option(SO_ACCEPTCONN, of: descriptor) == 1 else {
      throw .badSocket(descriptor: descriptor, reason: "does not listen (Accept=no)")
    }
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard status == 0 else {
      throw .badSocket(descriptor: descriptor, reason: String(cString: strerror(errno)))
    }
    switch Int32(storage.ss_family) {
    case AF_INET:
      let address = withUnsafeBytes(of: &storage) { $0.load(as: sockaddr_in.self) }
      return .address(listenAddress(SocketAddress(address)))
    case AF_INET6:
      let address = withUnsafeBytes(of: &storage) { $0.load(as: sockaddr_in6.self) }
      return .address(listenAddress(SocketAddress(address)))
    case AF_UNIX:
      let offset = MemoryLayout<sockaddr_un>.offset(of: \sockaddr_un.sun_path) ?? 2
      let path = withUnsafeBytes(of: &storage) { bytes in
        // An abstract name begins with a zero, which people write as @.
        let name = bytes[offset..<max(offset, min(Int(length), bytes.count))]
        let isAbstract = name.first == 0
        let text = (isAbstract ? name.dropFirst() : name).prefix { $0 != 0 }
        return (isAbstract ? "@" : "") + String(decoding: text, as: UTF8.self)
      }
      return .socketFile(path: path, mode: 0)
    default: throw .badSocket(descriptor: descriptor, reason: "is of an address family that is not known")
    }
  }

  private static func listenAddress(_ address: SocketAddress) -> ListenAddress {
    ListenAddress(host: address.ipAddress ?? "", port: UInt16(clamping: address.port ?? 0))
  }

  private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
  }
}
