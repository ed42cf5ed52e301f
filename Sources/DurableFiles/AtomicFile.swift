import Glibc

/// A file that appears under its name only when it is complete.
///
/// The bytes go to a temporary name in the same folder; ``commit()`` flushes them to the disk, renames, and flushes the
/// folder. Whoever is killed, or runs out of disk, in between leaves what stood there before. A file that is not
/// committed is removed.
///
///     var file = try AtomicFile(path: "labels.csv")
///     try file.write("id,label\n")
///     try file.commit()
public struct AtomicFile: ~Copyable {
  /// Where it will be.
  public let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private let buffer: UnsafeMutableRawBufferPointer
  private var buffered = 0
  private var isCommitted = false

  private static let bufferBytes = 1 << 18
  /// The longest name that file systems take is 255 bytes; the temporary one has more behind it.
  private static let maximumNameBytes = 200

  /// Opens the temporary file.
  ///
  /// - Parameters:
  ///   - path: Where the file will be; an older one there is replaced.
  ///   - expectedBytes: Its size where that is known: a disk that has no room for it is then reported before the
  ///     work and not after it.
  public init(path: String, expectedBytes: Int? = nil) throws(FileWriteError) {
    self.path = path
    let opened = Self.open(besides: path)
    temporaryPath = opened.temporaryPath
    descriptor = opened.descriptor
    if let failure = opened.failure {
      // A value that is not complete may not be given up: it holds no buffer yet.
      buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
      throw failure
    }
    buffer = .allocate(byteCount: Self.bufferBytes, alignment: 64)
    if let expectedBytes, let free = freeBytes, expectedBytes > free {
      throw .diskFull(path: path, neededBytes: expectedBytes)
    }
  }

  deinit {
    buffer.deallocate()
    if descriptor < 0 { return }
    close(descriptor)
    if !isCommitted { unlink(temporaryPath) }
  }

  /// Adds bytes at the end.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(FileWriteError) {
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
  public mutating func write(_ bytes: [UInt8]) throws(FileWriteError) {
    try bytes.withUnsafeBufferPointer { buffer throws(FileWriteError) in
      try write(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Adds text in UTF-8 at the end.
  public mutating func write(_ text: String) throws(FileWriteError) { try write(Array(text.utf8)) }

  /// Flushes the file to the disk and gives it its name.
  public consuming func commit() throws(FileWriteError) {
    try flush()
    guard fsync(descriptor) == 0 else { throw FileWriteError(systemCall: "fsync", path: path, errno: errno) }
    guard rename(temporaryPath, path) == 0 else {
      throw FileWriteError(systemCall: "rename", path: path, errno: errno)
    }
    isCommitted = true
    try flushFolder()
  }

  /// Writes a whole file.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileWriteError) {
    var file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }

  /// Writes a whole file of text in UTF-8.
  public static func write(_ text: String, to path: String) throws(FileWriteError) {
    try write(Array(text.utf8), to: path)
  }

  /// Whether a file's name is one of those that are written here before they get their own: where no such program runs,
  /// it was killed.
  public static func isLeftover(_ name: String) -> Bool {
    name.wholeMatch(of: /\..+\.[0-9a-z]{1,13}\.tmp/) != nil
  }

  /// What opening came to; without a failure the descriptor is one.
  private struct Opened {
    var temporaryPath = ""
    var descriptor: Int32 = -1
    var failure: FileWriteError?
  }

  private static func open(besides path: String) -> Opened {
    do { try checkDestination(path) } catch { return Opened(failure: error) }
    let (folder, name) = split(path)
    let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
    var shortName = name
    while shortName.utf8.count > maximumNameBytes { shortName.removeLast() }
    // Hidden: whoever lists the folder meanwhile does not take it for a file of its own.
    let temporaryPath = "\(folder)/.\(shortName).\(suffix).tmp"
    let descriptor = Glibc.open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    if descriptor < 0 {
      return Opened(failure: FileWriteError(systemCall: "open", path: path, errno: errno))
    }
    return Opened(temporaryPath: temporaryPath, descriptor: descriptor)
  }

  /// A rename would put a regular file in the place of a device or a pipe.
  private static func checkDestination(_ path: String) throws(FileWriteError) {
    var status = stat()
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw .systemCall(name: "open", path: path, errno: EINVAL)
    }
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw FileWriteError(systemCall: "stat", path: path, errno: errno) }
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw .notAFile(path: path, what: "a folder")
    default: throw .notAFile(path: path, what: "a device, pipe or socket")
    }
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }

  /// The new name survives a power failure only when the folder is on the disk too.
  private func flushFolder() throws(FileWriteError) {
    let descriptor = Glibc.open(Self.split(path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileWriteError(systemCall: "open", path: path, errno: errno) }
    defer { close(descriptor) }
    // Some file systems cannot flush a folder and say so by EINVAL; the file itself is safe there as well.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw FileWriteError(systemCall: "fsync", path: path, errno: errno)
    }
  }

  /// What the disk has left for this user; nil where its file system does not say.
  private var freeBytes: Int? {
    var disk = statvfs()
    guard fstatvfs(descriptor, &disk) == 0, disk.f_blocks > 0 else { return nil }
    let (bytes, overflow) = UInt(disk.f_bavail).multipliedReportingOverflow(by: UInt(disk.f_frsize))
    return overflow ? nil : Int(exactly: bytes)
  }

  private mutating func flush() throws(FileWriteError) {
    try Self.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<buffered]), to: descriptor, path: path)
    buffered = 0
  }

  static func writeAll(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
  ) throws(FileWriteError) {
    var done = 0
    while done < bytes.count {
      let written = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw FileWriteError(systemCall: "write", path: path, errno: errno) }
      done += written
    }
  }
}
