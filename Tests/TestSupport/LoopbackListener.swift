import Glibc

/// A socket that listens on this machine and where nobody answers. Closed when it is released.
public final class LoopbackListener: Sendable {
  /// Of the socket.
  public let descriptor: Int32
  /// Where it listens.
  public let port: Int

  /// - Parameters:
  ///   - lastNumber: Of the address 127.0.0.x.
  ///   - port: 0 for one that is free.
  /// - Throws: ``ConditionNotMet`` where it cannot listen there.
  public init(lastNumber: UInt32 = 1, port: Int = 0) throws {
    let opened = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    descriptor = opened
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = (UInt32(0x7F00_0000) + lastNumber).bigEndian
    address.sin_port = UInt16(port).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    var length = size
    let isListening = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(opened, $0, size) == 0 && listen(opened, 16) == 0 && getsockname(opened, $0, &length) == 0
      }
    }
    self.port = Int(UInt16(bigEndian: address.sin_port))
    guard isListening else {
      throw ConditionNotMet(
        description: "127.0.0.\(lastNumber), port \(port): \(String(cString: strerror(errno)))")
    }
  }

  deinit { close(descriptor) }

  /// Ends who waits for a connection.
  public func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
