import Glibc

/// A file that appears under its name only when it is complete.
///
/// The bytes go to a temporary name in the same folder; ``commit()`` flushes them to the disk and renames. Whoever is
/// killed, or runs out of disk, in between leaves what stood there before. A file that is not committed is removed.
public struct AtomicFile: ~Copyable {
  /// Where it will be.
  public let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private let buffer: UnsafeMutableRawBufferPointer
  private var buffered = 0
  private var isCommitted = false

  private static let bufferBytes = 1 << 18

  /// Opens the temporary file.
  ///
  /// - Parameters:
  ///   - path: Where the file will be; an older one there is replaced.
  ///   - expectedBytes: Its size where that is known: a disk that has no room for it is then reported before the
  ///     work and not after it.
  public init(path: String, expectedBytes: Int? = nil) throws(FileWritingError) {
    self.path = path
    let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
    temporaryPath = "\(path).\(suffix).tmp"
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0 {
      let number = errno
      // A value that is not complete may not be given up: it holds no buffer yet.
      buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
      throw FileWritingError("open", path: path, errno: number)
    }
    buffer = .allocate(byteCount: Self.bufferBytes, alignment: 64)
    if let expectedBytes, let free = freeBytes, expectedBytes > free {
      throw .noSpace(path: path, neededBytes: expectedBytes)
    }
  }

  deinit {
    buffer.deallocate()
    if descriptor >= 0 {
      close(descriptor)
      if !isCommitted { unlink(temporaryPath) }
    }
  }

  /// Adds bytes at the end.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(FileWritingError) {
    var rest = bytes
    while !rest.isEmpty {
      if buffered == buffer.count { try flush() }
      let count = min(rest.count, buffer.count - buffered)
      UnsafeMutableRawBufferPointer(rebasing: buffer[buffered..<buffered + count])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
      buffered += count
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Adds bytes at the end.
  public mutating func write(_ bytes: [UInt8]) throws(FileWritingError) {
    try bytes.withUnsafeBufferPointer { buffer throws(FileWritingError) in
      try write(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Adds text in UTF-8 at the end.
  public mutating func write(_ text: String) throws(FileWritingError) { try write(Array(text.utf8)) }

  /// Flushes the file to the disk and gives it its name.
  public consuming func commit() throws(FileWritingError) {
    try flush()
    guard fsync(descriptor) == 0 else { throw FileWritingError("fsync", path: path, errno: errno) }
    guard rename(temporaryPath, path) == 0 else { throw FileWritingError("rename", path: path, errno: errno) }
    isCommitted = true
    try flushFolder()
  }

  /// The new name survives a power failure only when the folder is on the disk too.
  private func flushFolder() throws(FileWritingError) {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "."
    let descriptor = open(String(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileWritingError("open", path: path, errno: errno) }
    defer { close(descriptor) }
    // Not every file system can flush a folder.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw FileWritingError("fsync", path: path, errno: errno)
    }
  }

  /// What the disk has left for this user; nil where its file system does not say.
  private var freeBytes: Int? {
    var disk = statvfs()
    guard fstatvfs(descriptor, &disk) == 0, disk.f_blocks > 0 else { return nil }
    let (bytes, overflow) = UInt(disk.f_bavail).multipliedReportingOverflow(by: UInt(disk.f_frsize))
    return overflow ? nil : Int(exactly: bytes)
  }

  private mutating func flush() throws(FileWritingError) {
    var done = 0
    while done < buffered {
      let written = Glibc.write(descriptor, buffer.baseAddress! + done, buffered - done)
      if written < 0 && errno == EINTR { continue }
      guard written >= 0 else { throw FileWritingError("write", path: path, errno: errno) }
      done += written
    }
    buffered = 0
  }
}
