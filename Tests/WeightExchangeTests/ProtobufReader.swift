import Testing

/// One field of a message, as far as ONNX's messages need it.
enum ProtobufField: Equatable {
  case integer(Int)
  case eightBytes([UInt8])
  case bytes([UInt8])
  case fourBytes([UInt8])

  /// The fields of a message inside this one, by number.
  var message: [(number: Int, value: ProtobufField)] {
    guard case .bytes(let bytes) = self else { return [] }
    return protobufFields(bytes)
  }

  /// The bytes as a text.
  var text: String? {
    guard case .bytes(let bytes) = self else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}

/// Takes a message apart, independently of the writer under test.
func protobufFields(_ bytes: [UInt8]) -> [(number: Int, value: ProtobufField)] {
  var fields: [(number: Int, value: ProtobufField)] = []
  var rest = bytes[...]
  func varint() -> UInt64 {
    var (value, shift) = (UInt64(0), UInt64(0))
    while let byte = rest.popFirst() {
      value |= UInt64(byte & 0x7F) << shift
      shift += 7
      if byte < 0x80 { break }
    }
    return value
  }
  func take(_ count: Int) -> [UInt8] {
    defer { rest = rest.dropFirst(count) }
    #expect(rest.count >= count)
    return Array(rest.prefix(count))
  }
  while !rest.isEmpty {
    let key = varint()
    switch key & 7 {
    case 0: fields.append((Int(key >> 3), .integer(Int(Int64(bitPattern: varint())))))
    case 1: fields.append((Int(key >> 3), .eightBytes(take(8))))
    case 2: fields.append((Int(key >> 3), .bytes(take(Int(varint())))))
    case 5: fields.append((Int(key >> 3), .fourBytes(take(4))))
    default:
      Issue.record("wire type \(key & 7)")
      return fields
    }
  }
  return fields
}
