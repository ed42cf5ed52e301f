import Glibc
import Tensors

/// Reads the parts of a model file one after the other and keeps their checksum.
struct ModelFileReader: ~Copyable {
  let path: String
  /// The file's length when it was opened.
  let byteCount: Int
  private let descriptor: Int32
  private var checksum = Checksum()

  init(path: String) throws(ModelFileError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw .unreadable(path: path, reason: reason)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unreadable(path: path, reason: "not a regular file")
    }
    byteCount = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// The next numbers, as they are in memory.
  mutating func numbers<Number: BitwiseCopyable>(_ count: Int) throws(ModelFileError) -> [Number] {
    var failure: ModelFileError?
    let numbers = [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      let place = UnsafeMutableRawBufferPointer(
        start: buffer.baseAddress, count: count * MemoryLayout<Number>.stride)
      do throws(ModelFileError) {
        try read(into: place)
        initialized = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return numbers
  }

  /// The next points, [count, featureCount].
  mutating func points(count: Int, featureCount: Int) throws(ModelFileError) -> KernelPoints {
    var failure: ModelFileError?
    // One worker: a file is read in order.
    let points = KernelPoints(count: count, featureCount: featureCount, pool: WorkerPool(workerCount: 1)) {
      _, place in
      if failure != nil { return }
      do throws(ModelFileError) { try read(into: UnsafeMutableRawBufferPointer(place)) } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return points
  }

  /// Compares the checksum at the file's end.
  mutating func checkEnd() throws(ModelFileError) {
    let expected = checksum.value
    let stored: [UInt32] = try numbers(1)
    if stored[0] != expected { throw .wrongChecksum(path: path) }
  }

  /// Throws unless a part of the file makes sense.
  func require(_ condition: Bool, _ field: String, _ reason: @autoclosure () -> String) throws(ModelFileError)
  {
    if !condition { throw .malformed(path: path, field: field, reason: reason()) }
  }

  private mutating func read(into place: UnsafeMutableRawBufferPointer) throws(ModelFileError) {
    var filled = 0
    while filled < place.count {
      let got = Glibc.read(descriptor, place.baseAddress! + filled, place.count - filled)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
      guard got > 0 else {
        throw .unreadable(path: path, reason: "it became shorter while it was read")
      }
      filled += got
    }
    checksum.add(UnsafeRawBufferPointer(place))
  }
}
