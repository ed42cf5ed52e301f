import CHDF5
import Glibc
import Synchronization

/// libhdf5 as a whole. It keeps state for the process, and is not always built for threads: one caller at a time.
enum HDF5Library {
  private static let lock = Mutex<Void>(())
  /// What an HDF5 file begins with (HDF5 File Format Specification 3.0, II.A).
  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Opens a file for reading, and closes everything that was opened of it when `body` returns. Nobody else uses the
  /// library meanwhile.
  ///
  /// - Parameter body: Is given the root group, which it must not keep.
  static func read<Result: Sendable>(
    _ path: String, limits: KerasWeights.Limits, _ body: (HDF5Object) throws(KerasFileError) -> Result
  ) throws(KerasFileError) -> Result {
    let descriptor = try open(path, limits: limits)
    defer { close(descriptor) }
    return try lock.withLock { _ throws(KerasFileError) in
      // At the program's end the library would look for what it has lost in damaged files, and complain on standard error.
      // All that we open is closed by us, and nothing is written.
      _ = H5dont_atexit()
      H5open()
      chdf5_silence_errors()
      chdf5_forbid_plugins()
      let session = HDF5Session(path: path, limits: limits, descriptor: descriptor)
      defer { session.close() }
      // By name: a file that somebody else changes meanwhile is theirs to look after.
      let file = session.keep(chdf5_open_for_reading(path))
      let whole = HDF5Object(identifier: file, place: "/", session: session)
      guard file >= 0 else { throw whole.error(.damaged(reading: "its superblock")) }
      return try body(try whole.root())
    }
  }

  /// Opens a file that may be handed to the library, which itself would open pipes and devices and look for a file's
  /// beginning at later places too.
  private static func open(_ path: String, limits: KerasWeights.Limits) throws(KerasFileError) -> Int32 {
    // Without waiting for somebody to write into it, should it be a pipe.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    do throws(KerasFileError.Reason) {
      guard descriptor >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
      do throws(KerasFileError.Reason) { try check(descriptor, limits: limits) } catch {
        close(descriptor)
        throw error
      }
    } catch { throw KerasFileError(path: path, place: "/", reason: error) }
    return descriptor
  }

  private static func check(
    _ descriptor: Int32, limits: KerasWeights.Limits
  ) throws(KerasFileError.Reason) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable("not a regular file") }
    guard status.st_size <= limits.fileBytes else {
      throw .tooLarge(what: "bytes", amount: Int(status.st_size), limit: limits.fileBytes)
    }
    var superblock = [UInt8](repeating: 0, count: 48)
    guard pread(descriptor, &superblock, superblock.count, 0) == superblock.count,
      superblock.starts(with: signature)
    else { throw .notHDF5 }
    // Places of the sizes of offsets and lengths, and of the base address, in the superblock's versions (II.A).
    let places: (sizes: Int, base: Int)
    switch superblock[8] {
    case 0: places = (13, 24)
    case 1: places = (13, 28)
    case 2, 3: places = (9, 12)
    default: throw .unsupportedStorage("a superblock of version \(superblock[8])")
    }
    guard superblock[places.sizes] == 8, superblock[places.sizes + 1] == 8,
      littleEndian(superblock[...], at: places.base, count: 8) == 0
    else { throw .unsupportedStorage("addresses that are not eight bytes from the file's beginning") }
  }
}

/// What is open of one file. Identifiers stay valid until the session is closed, so that none is closed while the
/// library still works with it.
final class HDF5Session {
  let path: String
  let limits: KerasWeights.Limits
  let heap: HDF5GlobalHeap
  private var identifiers: [hid_t] = []

  /// - Parameter descriptor: The file once more, open for reading as long as the session is used.
  init(path: String, limits: KerasWeights.Limits, descriptor: Int32) {
    self.path = path
    self.limits = limits
    heap = HDF5GlobalHeap(descriptor: descriptor, limit: 4 * limits.textBytes)
  }

  /// Takes over an identifier, unless it says that something failed.
  func keep(_ identifier: hid_t) -> hid_t {
    if identifier >= 0 { identifiers.append(identifier) }
    return identifier
  }

  func close() {
    for identifier in identifiers.reversed() { H5Idec_ref(identifier) }
    identifiers = []
  }
}
