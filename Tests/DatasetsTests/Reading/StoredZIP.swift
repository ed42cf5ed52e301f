/// A ZIP file without compression (PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16).
struct StoredZIP {
  private(set) var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var entryCount = 0

  mutating func add(_ name: String, _ content: [UInt8]) {
    let common =
      [UInt8](repeating: 0, count: 8) + Self.long(Self.crc(content))
      + Self.long(UInt32(content.count))
      + Self.long(UInt32(content.count)) + Self.word(UInt16(name.utf8.count)) + Self.word(0)
    directory += Self.long(0x0201_4B50) + Self.word(20) + Self.word(20) + common
    directory += Self.word(0) + Self.word(0) + Self.word(0) + Self.long(0) + Self.long(UInt32(bytes.count))
    directory += name.utf8
    bytes += Self.long(0x0403_4B50) + Self.word(20) + common + name.utf8 + content
    entryCount += 1
  }

  /// The whole file.
  var file: [UInt8] {
    let count = Self.word(UInt16(entryCount))
    return bytes + directory + Self.long(0x0605_4B50) + Self.word(0) + Self.word(0) + count + count
      + Self.long(UInt32(directory.count)) + Self.long(UInt32(bytes.count)) + Self.word(0)
  }

  private static func word(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
  private static func long(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) } }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
  }
}
