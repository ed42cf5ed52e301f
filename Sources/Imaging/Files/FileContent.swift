import Glibc

/// The bytes of a regular file, bounded.
enum FileContent {
  /// - Throws: ``PictureFileError``, all cases but a bad content.
  static func read(_ path: String, maximumBytes: Int) throws(PictureFileError) -> [UInt8] {
    // Without O_NONBLOCK, opening a named pipe would wait for its other end.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(of: "open", path: path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(of: "fstat", path: path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .notAFile(path: path, what: kind(ofMode: status.st_mode))
    }
    guard status.st_size <= maximumBytes else {
      throw .tooLarge(path: path, byteCount: Int(status.st_size), maximumBytes: maximumBytes)
    }
    return try bytes(of: descriptor, expected: Int(status.st_size), path: path, maximumBytes: maximumBytes)
  }

  /// Reads to the end, which need not be where the size said: files grow and shrink while they are read.
  private static func bytes(
    of descriptor: Int32, expected: Int, path: String, maximumBytes: Int
  ) throws(PictureFileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: expected + 1)
    var count = 0
    while true {
      let received = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
      }
      if received < 0 && errno == EINTR { continue }
      guard received >= 0 else { throw failure(of: "read", path: path) }
      if received == 0 { break }
      count += received
      guard count <= maximumBytes else {
        throw .tooLarge(path: path, byteCount: count, maximumBytes: maximumBytes)
      }
      if count == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  private static func failure(of call: String, path: String) -> PictureFileError {
    switch errno {
    case ENOENT, ENOTDIR: .notFound(path: path)
    case EACCES, EPERM: .notPermitted(path: path)
    case ENXIO: .notAFile(path: path, what: "a socket")
    case let number: .systemCall(name: call, path: path, errno: number)
    }
  }

  private static func kind(ofMode mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a directory"
    case S_IFCHR, S_IFBLK: "a device"
    case S_IFIFO: "a pipe"
    default: "no regular file"
    }
  }
}
