/// Reads the small part of JSON (RFC 8259) that a safetensors header uses, strictly: objects, arrays of
/// integers, strings. A general decoder would accept a key twice; here that is an error.
struct HeaderScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var offset = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Reads an object and calls `readValue` with each key, the scanner standing at the key's value.
  mutating func object(
    _ readValue: (String, inout HeaderScanner) throws(WeightFileError) -> Void
  ) throws(WeightFileError) {
    try expect("{")
    if skip("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try readValue(key, &self)
    } while skip(",")
    try expect("}")
  }

  /// Reads an array of integers that are not negative.
  mutating func integers(limit: Int) throws(WeightFileError) -> [Int] {
    try expect("[")
    if skip("]") { return [] }
    var values: [Int] = []
    repeat {
      guard values.count < limit else { throw failure("more than \(limit) numbers") }
      values.append(try integer())
    } while skip(",")
    try expect("]")
    return values
  }

  /// Reads a string with its escapes.
  mutating func string() throws(WeightFileError) -> String {
    try expect("\"")
    var scalars = String.UnicodeScalarView()
    var raw: [UInt8] = []
    func decoded(_ bytes: [UInt8]) -> String? { String(validating: bytes, as: UTF8.self) }
    while let byte = next() {
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = decoded(raw) else { throw failure("text is not UTF-8") }
        scalars.append(contentsOf: text.unicodeScalars)
        return String(scalars)
      case UInt8(ascii: "\\"):
        guard let text = decoded(raw) else { throw failure("text is not UTF-8") }
        scalars.append(contentsOf: text.unicodeScalars)
        raw.removeAll(keepingCapacity: true)
        scalars.append(try escapedScalar())
      case 0..<0x20: throw failure("control character in a string")
      default: raw.append(byte)
      }
    }
    throw failure("a string does not end")
  }

  /// Checks that nothing but white space (the format pads with it) follows.
  mutating func end() throws(WeightFileError) {
    skipSpace()
    if offset < bytes.count { throw failure("text after the end") }
  }

  func failure(_ reason: String) -> WeightFileError { .malformedHeader(offset: offset, reason: reason) }

  private mutating func integer() throws(WeightFileError) -> Int {
    skipSpace()
    var value: Int?
    while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) {
      let (product, overflow) = (value ?? 0).multipliedReportingOverflow(by: 10)
      let (sum, overflowOfSum) = product.addingReportingOverflow(Int(bytes[offset] - UInt8(ascii: "0")))
      guard !overflow, !overflowOfSum else { throw failure("number too large") }
      value = sum
      offset += 1
    }
    guard let value else { throw failure("a whole number is expected") }
    return value
  }

  private mutating func escapedScalar() throws(WeightFileError) -> Unicode.Scalar {
    switch next() {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try hexadecimal()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      guard (0xD800...0xDBFF).contains(unit), next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u") else {
        throw failure("half of a surrogate pair")
      }
      let low = try hexadecimal()
      guard (0xDC00...0xDFFF).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
      else { throw failure("half of a surrogate pair") }
      return scalar
    default: throw failure("unknown escape")
    }
  }

  private mutating func hexadecimal() throws(WeightFileError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("four hexadecimal digits are expected")
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private mutating func next() -> UInt8? {
    guard offset < bytes.count else { return nil }
    defer { offset += 1 }
    return bytes[offset]
  }

  private mutating func skipSpace() {
    while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(WeightFileError) {
    guard skip(character) else { throw failure("\"\(character)\" is expected") }
  }
}
