import Foundation
import TestSupport
import Testing

/// The socket on which systemd hears of a service (sd_notify(3)).
final class NotifySocket {
  let path: String
  private let descriptor: Int32
  private var messages: [String] = []

  init(in folder: TemporaryFolder) throws {
    path = folder.path("notify")
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw DaemonProcess.Failure(description: "\(path): too long for a socket")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard descriptor >= 0, status == 0 else {
      throw DaemonProcess.Failure(description: "\(path): \(String(cString: strerror(errno)))")
    }
    // A service that says nothing fails the test and does not hang it.
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// The first message from now on that begins with a text.
  func message(_ beginning: String) throws -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else {
        throw DaemonProcess.Failure(description: "no \(beginning) came, but \(messages)")
      }
      let text = String(decoding: buffer[..<count], as: UTF8.self)
      messages.append(text)
      if text.hasPrefix(beginning) { return text }
    }
  }
}
