import Glibc

/// A file that appears under its name complete or not at all: written beside it under another name, brought to the
/// disk, then renamed. Given up where it is not finished.
final class AtomicFile {
  private let path: String
  private let temporaryPath: String
  private var descriptor: Int32

  init(path: String) throws(ModelFileError) {
    self.path = path
    temporaryPath = "\(path).\(getpid())-\(String(UInt32.random(in: 0...UInt32.max), radix: 16)).tmp"
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0 {
      throw .unwritable(
        path: path, step: "creating \(temporaryPath)", reason: String(cString: strerror(errno)))
    }
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      unlink(temporaryPath)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(ModelFileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress!, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure("writing") }
      rest = rest.dropFirst(written)
    }
  }

  /// Gives the file its name.
  func finish() throws(ModelFileError) {
    guard fsync(descriptor) == 0 else { throw failure("bringing it to the disk") }
    guard rename(temporaryPath, path) == 0 else { throw failure("renaming \(temporaryPath)") }
    close(descriptor)
    descriptor = -1
    // The name, too, should survive a loss of power; not every file system can promise it.
    let folder = path.contains("/") ? String(path[...path.lastIndex(of: "/")!]) : "."
    let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folderDescriptor >= 0 {
      fsync(folderDescriptor)
      close(folderDescriptor)
    }
  }

  private func failure(_ step: String) -> ModelFileError {
    .unwritable(path: path, step: step, reason: String(cString: strerror(errno)))
  }
}
