import DurableFiles

/// Writes an array in NumPy's format (NEP 1; numpy.lib.format): a header with type and shape, then the values in C
/// order. The values come piece by piece, so an array may be larger than memory.
///
///     var writer = try NPYWriter(path: "labels.npy", elements: .int64, shape: [3])
///     try writer.append([0, 3, 6] as [Int64])
///     try writer.finish()
public struct NPYWriter: ~Copyable {
  /// A type that values may have.
  public enum ElementType: Sendable {
    case float32, uint8, int64

    /// NumPy's word, with the machine's byte order.
    var descriptor: String {
      #if _endian(little)
        let order = "<"
      #else
        let order = ">"
      #endif
      return switch self {
      case .float32: "\(order)f4"
      case .uint8: "|u1"
      case .int64: "\(order)i8"
      }
    }

    var byteCount: Int {
      switch self {
      case .float32: 4
      case .uint8: 1
      case .int64: 8
      }
    }
  }

  private var file: AtomicFile
  private let elements: ElementType
  private let expectedCount: Int
  private var count = 0

  /// Begins a file; nothing stands under its name before ``finish()``.
  ///
  /// - Precondition: No dimension is negative and the array has fewer than 2^63 bytes.
  public init(path: String, elements: ElementType, shape: [Int]) throws(NPYWriterError) {
    precondition(shape.allSatisfy { $0 >= 0 })
    let count = shape.reduce(1, *)
    let header = Self.header(elements, shape: shape)
    file = try Self.open(path, header: header, bytes: header.count + count * elements.byteCount)
    self.elements = elements
    expectedCount = count
  }

  private static func open(
    _ path: String, header: [UInt8], bytes: Int
  ) throws(NPYWriterError) -> AtomicFile {
    do {
      var file = try AtomicFile(path: path, expectedBytes: bytes)
      try file.write(header)
      return file
    } catch {
      throw .file(error)
    }
  }

  /// Adds numbers; the array's type must be float32.
  public mutating func append(_ values: [Float]) throws(NPYWriterError) { try append(values, as: .float32) }

  /// Adds numbers; the array's type must be uint8.
  public mutating func append(_ values: [UInt8]) throws(NPYWriterError) { try append(values, as: .uint8) }

  /// Adds numbers; the array's type must be int64.
  public mutating func append(_ values: [Int64]) throws(NPYWriterError) { try append(values, as: .int64) }

  private mutating func append<Value>(_ values: [Value], as type: ElementType) throws(NPYWriterError) {
    precondition(type == elements, "the values are not of the array's type")
    count += values.count
    guard count <= expectedCount else {
      throw .wrongValueCount(path: file.path, expected: expectedCount, actual: count)
    }
    do throws(FileWriteError) {
      try values.withUnsafeBufferPointer { values throws(FileWriteError) in
        try file.write(UnsafeRawBufferPointer(values))
      }
    } catch {
      throw .file(error)
    }
  }

  /// Completes the file.
  ///
  /// - Throws: ``NPYWriterError/wrongValueCount(path:expected:actual:)`` unless there are as many values as the
  ///   shape says.
  public consuming func finish() throws(NPYWriterError) {
    guard count == expectedCount else {
      throw .wrongValueCount(path: file.path, expected: expectedCount, actual: count)
    }
    do { try file.commit() } catch { throw .file(error) }
  }

  /// Magic, version, length of the description, the description padded with blanks to a multiple of 64 bytes.
  /// Version 1.0 has a length of two bytes; version 2.0 one of four.
  static func header(_ elements: ElementType, shape: [Int]) -> [UInt8] {
    let dimensions = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let description =
      "{'descr': '\(elements.descriptor)', 'fortran_order': False, 'shape': (\(dimensions)), }"
    func padded(after prefix: Int) -> [UInt8] {
      let missing = 63 - (prefix + description.utf8.count) % 64
      return Array(description.utf8) + [UInt8](repeating: 32, count: missing) + [10]
    }
    let magic = [0x93] + Array("NUMPY".utf8)
    let short = padded(after: 10)
    if short.count <= Int(UInt16.max) {
      return magic + [1, 0] + [UInt8(short.count & 0xFF), UInt8(short.count >> 8)] + short
    }
    let long = padded(after: 12)
    return magic + [2, 0] + (0..<4).map { UInt8(truncatingIfNeeded: long.count >> (8 * $0)) } + long
  }
}
