import Glibc

/// Bytes that are read once, front to back.
protocol ByteSource: AnyObject {
  /// Fills the beginning of a buffer.
  ///
  /// - Returns: How many bytes there are now, 0 only at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int
}

/// The bytes of a file.
final class FileSource: ByteSource {
  private let path: String
  private let descriptor: Int32

  init(path: String) throws(DatasetError) {
    self.path = path
    // Without O_NONBLOCK, opening a named pipe would wait for its other end.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .systemCall(name: "open", path: path, errno: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .notAFile(path: path)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
    while true {
      let received = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if received >= 0 { return received }
      if errno != EINTR { throw .systemCall(name: "read", path: path, errno: errno) }
    }
  }
}
