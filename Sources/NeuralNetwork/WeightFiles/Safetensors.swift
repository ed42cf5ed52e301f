import CKernels
import Glibc
import Tensors

/// A safetensors file in memory: named tensors and text metadata.
///
/// Layout (format description of the safetensors project): eight bytes length of the header, little endian;
/// the header, a JSON object from tensor name to `dtype`, `shape` and `data_offsets` with an optional
/// `__metadata__` of strings; then the data, offsets counted from the header's end, without gaps.
public struct Safetensors: Sendable {
  /// Types of numbers that can be read.
  public enum ElementType: String, Sendable {
    case float16 = "F16"
    case bfloat16 = "BF16"
    case float32 = "F32"

    /// Bytes an element.
    public var size: Int { self == .float32 ? 4 : 2 }
  }

  /// One tensor's place in the file.
  public struct Entry: Sendable, Equatable {
    /// How its values are stored.
    public let type: ElementType
    /// Its dimensions, outermost first.
    public let shape: [Int]
    /// Bytes in the data part.
    let range: Range<Int>
    /// Product of the shape.
    public let count: Int
  }

  /// A longer header than any network of ours has: 16 MiB.
  public static let maximumHeaderBytes = 16 << 20
  /// A larger file than any network of ours has: 4 GiB.
  public static let maximumFileBytes = 4 << 30
  private static let maximumDimensions = 8

  /// All tensors by name.
  public private(set) var entries: [String: Entry] = [:]
  /// The text metadata; empty where the file has none.
  public private(set) var metadata: [String: String] = [:]
  private let bytes: [UInt8]
  private let dataOffset: Int

  /// Reads a whole file.
  public init(path: String) throws(WeightFileError) {
    try self.init(bytes: Self.readFile(path))
  }

  /// Takes the bytes of a whole file.
  public init(bytes: [UInt8]) throws(WeightFileError) {
    guard bytes.count >= 8 else {
      throw .truncated(what: "the header's length", expectedBytes: 8, actualBytes: bytes.count)
    }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
    guard length >= 2, length <= UInt64(Self.maximumHeaderBytes) else {
      throw .unacceptableHeaderLength(length)
    }
    guard bytes.count - 8 >= Int(length) else {
      throw .truncated(what: "the header", expectedBytes: Int(length), actualBytes: bytes.count - 8)
    }
    self.bytes = bytes
    dataOffset = 8 + Int(length)
    try readHeader()
    try checkPlaces()
  }

  /// A tensor's values, widened to single precision.
  ///
  /// - Parameters:
  ///   - name: The tensor's name.
  ///   - shape: What the network needs.
  /// - Throws: ``WeightFileError``: missing, of another shape, or with a value that is not finite.
  public func tensor(_ name: String, shape: [Int]) throws(WeightFileError) -> FloatStorage {
    guard let entry = entries[name] else { throw .missing(tensor: name) }
    guard entry.shape == shape else {
      throw .wrongShape(tensor: name, expected: shape, actual: entry.shape)
    }
    let result = FloatStorage(zeros: entry.count)
    bytes.withUnsafeBytes { file in
      let source = UnsafeRawBufferPointer(
        rebasing: file[dataOffset + entry.range.lowerBound..<dataOffset + entry.range.upperBound])
      // The format does not promise alignment, so the bytes are moved to where numbers may stand.
      switch entry.type {
      case .float32:
        UnsafeMutableRawPointer(result.base).copyMemory(from: source.baseAddress!, byteCount: source.count)
      case .float16, .bfloat16:
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: entry.count) { halves in
          UnsafeMutableRawBufferPointer(halves).copyMemory(from: source)
          if entry.type == .float16 {
            kernel_widen_half(halves.baseAddress!, result.base, entry.count)
          } else {
            kernel_widen_bfloat16(halves.baseAddress!, result.base, entry.count)
          }
        }
      }
    }
    if let index = result.withValues({ $0.firstIndex { !$0.isFinite } }) {
      throw .notFinite(tensor: name, index: index)
    }
    return result
  }

  private mutating func readHeader() throws(WeightFileError) {
    var found: [String: Entry] = [:]
    var texts: [String: String]?
    let result: Result<Void, WeightFileError> = bytes.withUnsafeBufferPointer { file in
      var scanner = HeaderScanner(UnsafeBufferPointer(rebasing: file[8..<dataOffset]))
      do throws(WeightFileError) {
        try scanner.object { (name, scanner) throws(WeightFileError) in
          if name == "__metadata__" {
            guard texts == nil else { throw .duplicate(name: name) }
            var pairs: [String: String] = [:]
            try scanner.object { (key, scanner) throws(WeightFileError) in
              let value = try scanner.string()
              guard pairs.updateValue(value, forKey: key) == nil else {
                throw .duplicate(name: "metadata \(key)")
              }
            }
            texts = pairs
          } else {
            let entry = try Self.entry(name, &scanner)
            guard found.updateValue(entry, forKey: name) == nil else { throw .duplicate(name: name) }
          }
        }
        try scanner.end()
        return .success(())
      } catch { return .failure(error) }
    }
    try result.get()
    entries = found
    metadata = texts ?? [:]
  }

  private static func entry(_ name: String, _ scanner: inout HeaderScanner) throws(WeightFileError) -> Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { (key, scanner) throws(WeightFileError) in
      switch key {
      case "dtype" where type == nil: type = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.integers(limit: maximumDimensions)
      case "data_offsets" where offsets == nil: offsets = try scanner.integers(limit: 2)
      case "dtype", "shape", "data_offsets": throw .duplicate(name: "\(key) of \(name)")
      default: throw scanner.failure("unknown key \(key) in tensor \(name)")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw .malformedTensor(tensor: name, reason: "dtype, shape and two data_offsets are needed")
    }
    guard let elementType = ElementType(rawValue: type) else {
      throw .unsupportedType(tensor: name, type: type)
    }
    var size = elementType.size
    for dimension in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      guard !overflow, dimension > 0 else {
        throw .malformedTensor(tensor: name, reason: "shape \(shape) is not possible")
      }
      size = product
    }
    guard offsets[0] <= offsets[1], offsets[1] - offsets[0] == size else {
      throw .malformedTensor(
        tensor: name, reason: "shape \(shape) of \(type) needs \(size) bytes, data_offsets are \(offsets)")
    }
    return Entry(
      type: elementType, shape: shape, range: offsets[0]..<offsets[1], count: size / elementType.size)
  }

  /// Every tensor inside the file, none over another, nothing left over.
  private func checkPlaces() throws(WeightFileError) {
    let available = bytes.count - dataOffset
    var end = 0
    for (name, entry) in entries.sorted(by: {
      ($0.value.range.lowerBound, $0.key) < ($1.value.range.lowerBound, $1.key)
    }) {
      guard entry.range.upperBound <= available else {
        throw .truncated(
          what: "tensor \(name)", expectedBytes: entry.range.upperBound, actualBytes: available)
      }
      guard entry.range.lowerBound == end else {
        throw .malformedTensor(
          tensor: name,
          reason: "data_offsets start at \(entry.range.lowerBound), the tensor before it ends at \(end)")
      }
      end = entry.range.upperBound
    }
    guard end == available else {
      throw .malformedHeader(offset: 0, reason: "\(available - end) bytes of data belong to no tensor")
    }
  }

  private static func readFile(_ path: String) throws(WeightFileError) -> [UInt8] {
    func failure() -> WeightFileError { .unreadable(path: path, reason: String(cString: strerror(errno))) }
    // Without O_NONBLOCK, opening a named pipe would wait for its other end.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure() }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= maximumFileBytes else {
      throw .unreadable(path: path, reason: "not a regular file of at most \(maximumFileBytes >> 30) GiB")
    }
    var length = 0
    var readError: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      while length < buffer.count {
        let got = read(descriptor, buffer.baseAddress! + length, buffer.count - length)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { readError = errno }
        if got <= 0 { break }
        length += got
      }
      count = length
    }
    guard readError == 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(readError)))
    }
    return bytes
  }
}
