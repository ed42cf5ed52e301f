import Testing

@testable import Training

/// Reads event files.
enum EventFile {
  /// A field of a protobuf message.
  struct Field {
    let number: Int
    /// Of a whole number; else 0.
    var integer = 0
    /// Of any other field.
    var bytes: [UInt8] = []
  }

  /// The events of a file, each record's checks compared.
  static func records(_ bytes: [UInt8]) -> [[UInt8]] {
    func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }
    var events: [[UInt8]] = []
    var rest = bytes[...]
    while rest.count >= 16 {
      let length = rest.prefix(8)
      let event = rest.dropFirst(12).prefix(number(length))
      #expect(number(rest.dropFirst(8).prefix(4)) == Int(CRC32C.masked(length)))
      rest = rest.dropFirst(12 + event.count)
      #expect(number(rest.prefix(4)) == Int(CRC32C.masked(event)))
      rest = rest.dropFirst(4)
      events.append(Array(event))
    }
    #expect(rest.isEmpty)
    return events
  }

  /// The fields of a message, in their order.
  static func fields(_ message: [UInt8]) -> [Field] {
    var rest = message[...]
    func varint() -> Int {
      var (value, shift) = (UInt64(0), UInt64(0))
      while let byte = rest.popFirst() {
        value |= UInt64(byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 { break }
      }
      return Int(truncatingIfNeeded: value)
    }
    func bytes(_ count: Int) -> [UInt8] {
      let taken = Array(rest.prefix(count))
      rest = rest.dropFirst(count)
      return taken
    }
    var fields: [Field] = []
    while !rest.isEmpty {
      let key = varint()
      switch key & 7 {
      case 0: fields.append(Field(number: key >> 3, integer: varint()))
      case 1: fields.append(Field(number: key >> 3, bytes: bytes(8)))
      case 2: fields.append(Field(number: key >> 3, bytes: bytes(varint())))
      default: fields.append(Field(number: key >> 3, bytes: bytes(4)))
      }
    }
    return fields
  }
}
