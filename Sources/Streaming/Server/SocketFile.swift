import Glibc

/// A unix socket that this program made, and takes away at its end.
struct SocketFile: Sendable {
  /// What fits into `sockaddr_un` before the closing zero.
  static let maximumPathBytes = 107

  let path: String
  private let device: dev_t
  private let inode: ino_t

  /// Makes a socket and binds it.
  ///
  /// What is in the way is taken away only if it is a socket on which nobody answers: what a program left that was
  /// killed. The folder is locked meanwhile, so that two programs that start at one time do not take each other's
  /// socket away.
  ///
  /// - Parameter mode: Permissions; the file never has more than these.
  /// - Returns: The file, and the descriptor of the socket, which is not yet listening.
  static func make(path: String, mode: mode_t) throws(HTTPServerError) -> (SocketFile, descriptor: Int32) {
    guard var address = sockaddr_un(path: path) else {
      throw .socketFile(path: path, reason: "the path has more than \(maximumPathBytes) bytes")
    }
    let folder = try lockFolder(of: path)
    defer { close(folder) }
    try clear(path, &address)
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure(path, "socket") }
    do throws(HTTPServerError) {
      // The file is born with the socket's own permissions, so there is no moment at which it has more.
      guard fchmod(descriptor, mode) == 0 else { throw failure(path, "fchmod") }
      guard address.withSocketAddress({ bind(descriptor, $0, $1) }) == 0 else { throw failure(path, "bind") }
      var status = stat()
      guard chmod(path, mode) == 0 else { throw failure(path, "chmod") }
      guard lstat(path, &status) == 0 else { throw failure(path, "lstat") }
      return (SocketFile(path: path, device: status.st_dev, inode: status.st_ino), descriptor)
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Takes the file away, unless another one stands in its place by now.
  func remove() {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode else { return }
    unlink(path)
  }

  private static func clear(_ path: String, _ address: inout sockaddr_un) throws(HTTPServerError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      guard errno == ENOENT else { throw failure(path, "lstat") }
      return
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw .socketFile(path: path, reason: "something else has this name; remove it, or choose another one")
    }
    let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | O_NONBLOCK, 0)
    guard probe >= 0 else { throw failure(path, "socket") }
    defer { close(probe) }
    let outcome = address.withSocketAddress { connect(probe, $0, $1) == 0 ? 0 : errno }
    // EAGAIN: somebody listens, and has no time.
    guard outcome != 0, outcome != EAGAIN else {
      throw .socketFile(path: path, reason: "another program listens there; choose another path")
    }
    guard outcome == ECONNREFUSED else { throw .socketFile(path: path, reason: text(outcome, "connect")) }
    guard unlink(path) == 0 else { throw failure(path, "unlink") }
  }

  private static func lockFolder(of path: String) throws(HTTPServerError) -> Int32 {
    let end = path.lastIndex(of: "/") ?? path.startIndex
    let folder = end == path.startIndex ? "/" : String(path[..<end])
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .socketFile(
        path: path, reason: "its folder \(folder) cannot be used: \(String(cString: strerror(errno)))")
    }
    // Held for microseconds by programs of this kind; whoever holds it for longer does not keep us waiting.
    for _ in 0..<100 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
      usleep(10_000)
    }
    close(descriptor)
    throw .socketFile(path: path, reason: "another program holds a lock on its folder \(folder)")
  }

  private static func failure(_ path: String, _ call: String) -> HTTPServerError {
    .socketFile(path: path, reason: text(errno, call))
  }

  private static func text(_ errno: Int32, _ call: String) -> String {
    "\(call) failed: \(String(cString: strerror(errno)))"
  }
}

extension sockaddr_un {
  /// Nil where the path is empty or too long.
  init?(path: String) {
    self.init()
    sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard (1...SocketFile.maximumPathBytes).contains(bytes.count), !bytes.contains(0) else { return nil }
    withUnsafeMutableBytes(of: &sun_path) { $0.copyBytes(from: bytes) }
  }

  mutating func withSocketAddress<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    withUnsafePointer(to: &self) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
