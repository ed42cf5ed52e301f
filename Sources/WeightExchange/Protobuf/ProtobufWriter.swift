/// Writes the wire format of Protocol Buffers ("Encoding", protobuf.dev/programming-guides/encoding): a message is a
/// sequence of fields, each a key (number and wire type) and a value. Every call writes its field, a zero too: what
/// a message leaves out is the caller's decision. Fields written in the order of their numbers give the same bytes
/// as Google's own writers.
///
/// ```swift
/// var event = ProtobufWriter()
/// event.double(1, wallTime)
/// event.message(5) { summary in summary.text(1, "loss") }
/// ```
public struct ProtobufWriter: Sendable {
  /// What was written.
  public private(set) var bytes: [UInt8] = []

  /// An empty message.
  public init() {}

  private enum WireType: UInt64 {
    case varint = 0
    case eightBytes = 1
    case lengthDelimited = 2
    case fourBytes = 5
  }

  /// A field of type int32, int64, enum or bool; negative numbers take ten bytes.
  public mutating func integer(_ field: Int, _ value: Int) {
    key(field, .varint)
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// A field of type float.
  public mutating func float(_ field: Int, _ value: Float) {
    key(field, .fourBytes)
    append(littleEndian: value.bitPattern)
  }

  /// A field of type double.
  public mutating func double(_ field: Int, _ value: Double) {
    key(field, .eightBytes)
    append(littleEndian: value.bitPattern)
  }

  /// A field of type string.
  public mutating func text(_ field: Int, _ value: String) { bytes(field, Array(value.utf8)) }

  /// A field of type bytes.
  public mutating func bytes(_ field: Int, _ value: [UInt8]) {
    key(field, .lengthDelimited)
    varint(UInt64(value.count))
    bytes += value
  }

  /// A field of type bytes with the floats' bytes, little endian.
  public mutating func bytes(_ field: Int, of floats: UnsafeBufferPointer<Float>) {
    key(field, .lengthDelimited)
    let raw = UnsafeRawBufferPointer(floats)
    varint(UInt64(raw.count))
    // Little endian, as is every machine that this project runs on.
    bytes += raw
  }

  /// A repeated field of type double, packed.
  public mutating func packed(_ field: Int, _ values: [Double]) {
    key(field, .lengthDelimited)
    varint(UInt64(values.count * 8))
    for value in values { append(littleEndian: value.bitPattern) }
  }

  /// A message inside this one.
  ///
  /// - Parameters:
  ///   - field: Its number.
  ///   - write: Writes the inner message's fields.
  public mutating func message<Failure: Error>(
    _ field: Int, _ write: (inout ProtobufWriter) throws(Failure) -> Void
  ) throws(Failure) {
    key(field, .lengthDelimited)
    // The length stands before the contents but is known after them: they are moved up by its few bytes.
    let start = bytes.count
    try write(&self)
    bytes.insert(contentsOf: Self.encoded(UInt64(bytes.count - start)), at: start)
  }

  private mutating func key(_ field: Int, _ type: WireType) {
    precondition((1...0x1FFF_FFFF).contains(field))
    varint(UInt64(field) << 3 | type.rawValue)
  }

  private mutating func varint(_ value: UInt64) { bytes += Self.encoded(value) }

  /// Seven bits a byte, the lowest first; the top bit says that more follow.
  private static func encoded(_ value: UInt64) -> [UInt8] {
    var result: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      result.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    result.append(UInt8(rest))
    return result
  }

  private mutating func append(littleEndian value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}
