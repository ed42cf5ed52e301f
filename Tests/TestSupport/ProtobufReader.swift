/// One field of a message, as far as ONNX's and TensorBoard's messages need it.
public enum ProtobufField: Equatable {
  case integer(Int)
  case eightBytes([UInt8])
  case bytes([UInt8])
  case fourBytes([UInt8])
  /// What is no message: the last field of what was read.
  case malformed(String)

  /// The fields of a message inside this one, by number.
  public var message: [(number: Int, value: ProtobufField)] {
    guard case .bytes(let bytes) = self else { return [] }
    return protobufFields(bytes)
  }

  /// The bytes as a text.
  public var text: String? {
    guard case .bytes(let bytes) = self else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}

/// Takes a message apart, independently of the writer under test.
public func protobufFields(_ bytes: [UInt8]) -> [(number: Int, value: ProtobufField)] {
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
  /// Fewer bytes where there are no more.
  func take(_ count: Int) -> [UInt8] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }
  while !rest.isEmpty {
    let key = varint()
    let number = Int(truncatingIfNeeded: key >> 3)
    switch key & 7 {
    case 0: fields.append((number, .integer(Int(Int64(bitPattern: varint())))))
    case 1: fields.append((number, .eightBytes(take(8))))
    case 2:
      let count = varint()
      guard count <= rest.count else {
        fields.append((number, .malformed("\(count) bytes where \(rest.count) are left")))
        return fields
      }
      fields.append((number, .bytes(take(Int(count)))))
    case 5: fields.append((number, .fourBytes(take(4))))
    default:
      fields.append((number, .malformed("wire type \(key & 7)")))
      return fields
    }
  }
  return fields
}
