import Glibc

/// A file of whole lines that is put away under another name when it has grown large: `labels.ndjson` becomes
/// `labels.ndjson.1`, that one `labels.ndjson.2`, and so on; the oldest is removed.
///
/// Every step leaves complete files behind, so the program may be killed at any moment: between two renames a number
/// is missing, which the next rotation fills.
struct RotatingLineFile: ~Copyable {
  let path: String
  /// A line that would make the file longer than this many bytes begins a new one; 0 for never.
  let maximumBytes: Int
  /// How many files are kept beside the current one.
  let keptFiles: Int
  /// Whether a file that is put away is forced onto the disk first.
  let isSynchronized: Bool

  private var descriptor: Int32 = -1
  private var length = 0
  private var hasUnsyncedLines = false

  init(path: String, maximumBytes: Int, keptFiles: Int, isSynchronized: Bool = true) {
    self.path = path
    self.maximumBytes = maximumBytes
    self.keptFiles = keptFiles
    self.isSynchronized = isSynchronized
  }

  init(_ settings: LabelFileSettings) {
    self.init(
      path: settings.path, maximumBytes: settings.maximumBytes, keptFiles: settings.keptFiles,
      isSynchronized: settings.synchronization != .never)
  }

  deinit { if descriptor >= 0 { LineFile.close(descriptor) } }

  /// Opens the file where it is not open, and cuts off what was left of a last line.
  mutating func open() throws(LineFile.Failure) {
    guard descriptor < 0 else { return }
    // Who is seen how is nobody else's business: readable by the owner alone.
    let opened = Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw .system(call: "open", errno: errno) }
    do throws(LineFile.Failure) { try LineFile.takeOver(opened) } catch {
      LineFile.close(opened)
      throw error
    }
    descriptor = opened
    length = max(Int(lseek(opened, 0, SEEK_END)), 0)
  }

  /// Appends one line with its line feed: all of it, or nothing where the disk is full.
  mutating func append(_ line: [UInt8]) throws(LineFile.Failure) {
    try open()
    if maximumBytes > 0, length > 0, length + line.count > maximumBytes { try rotate() }
    var written = 0
    while written < line.count {
      let count = line.withUnsafeBytes {
        write(descriptor, $0.baseAddress! + written, line.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let failure = LineFile.Failure.system(call: "write", errno: count < 0 ? errno : ENOSPC)
        // A part of a line would be taken for a whole one with the next line behind it.
        if written > 0, ftruncate(descriptor, length) != 0 { closeFile() }
        throw failure
      }
      written += count
    }
    length += line.count
    hasUnsyncedLines = true
  }

  /// Has what was written so far survive a power failure.
  mutating func synchronize() throws(LineFile.Failure) {
    guard descriptor >= 0, hasUnsyncedLines else { return }
    guard fdatasync(descriptor) == 0 else { throw .system(call: "fdatasync", errno: errno) }
    hasUnsyncedLines = false
  }

  /// Lets go of a file that somebody moved or removed, so that the next line begins a new one under the name.
  mutating func followName() {
    guard descriptor >= 0 else { return }
    var (named, opened) = (stat(), stat())
    let isInPlace =
      fstat(descriptor, &opened) == 0 && stat(path, &named) == 0
      && (named.st_ino, named.st_dev) == (opened.st_ino, opened.st_dev)
    if !isInPlace { closeFile() }
  }

  private mutating func rotate() throws(LineFile.Failure) {
    if isSynchronized { try synchronize() }
    if keptFiles == 0 {
      guard ftruncate(descriptor, 0) == 0 else { throw .system(call: "ftruncate", errno: errno) }
      length = 0
      return
    }
    // Up to the first number that is free: where none is, the oldest file is replaced.
    let last = (1...keptFiles).first { access(name($0), F_OK) != 0 } ?? keptFiles
    for number in stride(from: last, to: 1, by: -1) {
      guard rename(name(number - 1), name(number)) == 0 else { throw .system(call: "rename", errno: errno) }
    }
    guard rename(path, name(1)) == 0 else { throw .system(call: "rename", errno: errno) }
    closeFile()
    try open()
    if isSynchronized { synchronizeFolder() }
  }

  private func name(_ number: Int) -> String { "\(path).\(number)" }

  /// Has the new names survive a power failure; a file system that cannot do so changes nothing about the lines.
  private func synchronizeFolder() {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let opened = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { return }
    fsync(opened)
    close(opened)
  }

  private mutating func closeFile() {
    if descriptor >= 0 { LineFile.close(descriptor) }
    descriptor = -1
    hasUnsyncedLines = false
  }
}
