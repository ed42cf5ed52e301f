import Glibc

/// A client that speaks in bytes: what it sends is sent as it is, what it reads was on the wire.
///
/// It waits in the calling thread, ten seconds at most; the server answers on threads of its own.
final class TestClient {
  enum Failure: Error {
    case systemCall(String, Int32)
    case timedOut(received: String)
    case closed(received: String)
  }

  private let descriptor: Int32
  private var received: [UInt8] = []

  /// - Parameters:
  ///   - port: On 127.0.0.1.
  ///   - bufferBytes: What the kernel takes for a client that does not read, and what it keeps of
  ///     what the client sends; nil for its defaults.
  init(port: UInt16, bufferBytes: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure.systemCall("socket", errno) }
    if var size = bufferBytes {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
      setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw Failure.systemCall("connect", errno) }
  }

  /// - Parameter path: Of a unix socket.
  init(path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure.systemCall("socket", errno) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) {
      $0.copyBytes(from: Array(path.utf8).prefix($0.count - 1))
    }
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else { throw Failure.systemCall("connect", errno) }
  }

  deinit { close(descriptor) }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure.systemCall("send", errno) }
      sent += count
    }
  }

  /// Sends until the server takes nothing for a quarter of a second, or the limit is reached.
  ///
  /// - Parameter message: What is sent over and over.
  /// - Returns: How many bytes were sent.
  func flood(_ message: [UInt8], limitBytes: Int) -> Int {
    var sent = 0
    var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while sent < limitBytes, poll(&event, 1, 250) > 0 {
      let count = message[(sent % message.count)...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      guard count > 0 else { break }
      sent += count
    }
    return sent
  }

  /// Asks for a path on a connection that stays.
  func get(_ path: String, method: String = "GET") throws {
    try send("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
  }

  /// Ends the connection without a farewell: the server's kernel is told that it was reset.
  func abort() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// Whether the server closes the connection within a while; what it sends is thrown away.
  func isClosed(withinMilliseconds milliseconds: Int32) -> Bool {
    var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&event, 1, milliseconds) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 4096)
    return recv(descriptor, &buffer, buffer.count, 0) <= 0
  }

  /// Tells the server that nothing more will be sent.
  func closeOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Exactly so many bytes.
  func read(_ count: Int) throws -> [UInt8] {
    while received.count < count {
      guard try readMore() else { throw Failure.closed(received: text(received)) }
    }
    defer { received.removeFirst(count) }
    return Array(received[..<count])
  }

  /// Everything up to and with a blank line.
  func readHead() throws -> TestHead { TestHead(try readText(upTo: "\r\n\r\n")) }

  /// Everything up to and with a text.
  func readText(upTo end: String) throws -> String {
    let end = Array(end.utf8)
    var searched = 0
    while true {
      if received.count >= end.count {
        for start in searched...(received.count - end.count)
        where received[start..<start + end.count].elementsEqual(end) {
          return String(decoding: try read(start + end.count), as: UTF8.self)
        }
        searched = received.count - end.count + 1
      }
      guard try readMore() else { throw Failure.closed(received: text(received)) }
    }
  }

  /// A response with a Content-Length.
  func readResponse(hasBody: Bool = true) throws -> (head: TestHead, body: [UInt8]) {
    let head = try readHead()
    guard hasBody, let length = head["Content-Length"].flatMap(Int.init) else { return (head, []) }
    return (head, try read(length))
  }

  /// Whatever comes until the server closes the connection.
  func readUntilClosed() throws -> [UInt8] {
    while try readMore() {}
    defer { received = [] }
    return received
  }

  /// False where the server closed the connection.
  private func readMore() throws -> Bool {
    var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&event, 1, 10_000) > 0 else { throw Failure.timedOut(received: text(received)) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count < 0, errno != ECONNRESET { throw Failure.systemCall("recv", errno) }
    guard count > 0 else { return false }
    received += buffer[..<count]
    return true
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes.prefix(2000), as: UTF8.self) }
}

/// The head of a response, or of a part of a multipart body.
struct TestHead {
  /// The first line.
  var start: String
  /// Names in lower case.
  var fields: [String: String] = [:]

  init(_ text: String) {
    let lines = text.split(separator: "\r\n")
    start = lines.first.map(String.init) ?? ""
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
  }

  subscript(name: String) -> String? { fields[name.lowercased()] }

  /// The number in the status line.
  var status: Int? { start.split(separator: " ").dropFirst().first.flatMap { Int($0) } }
}
