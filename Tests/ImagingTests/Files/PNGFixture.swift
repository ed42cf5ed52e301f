/// Writes PNG files of every kind, with deflate blocks that are not compressed.
struct PNGFixture {
  enum ColorType: UInt8 {
    case grey = 0
    case rgb = 2
    case palette = 3
    case greyAlpha = 4
    case rgba = 6
  }

  var width: Int
  var height: Int
  var depth: UInt8 = 8
  var colorType: ColorType
  var palette: [UInt8] = []
  var transparency: [UInt8] = []
  /// All rows, as the file has them without their filter bytes.
  var rows: [[UInt8]]

  var file: [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += Self.chunk(
      "IHDR",
      Self.bigEndian(UInt32(width)) + Self.bigEndian(UInt32(height)) + [depth, colorType.rawValue, 0, 0, 0])
    if !palette.isEmpty { file += Self.chunk("PLTE", palette) }
    if !transparency.isEmpty { file += Self.chunk("tRNS", transparency) }
    let data: [UInt8] = rows.flatMap { (row: [UInt8]) -> [UInt8] in [0] + row }
    let length = UInt16(data.count)
    let stored: [UInt8] = [
      0x78, 0x01, 0x01, UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8),
    ]
    file += Self.chunk("IDAT", stored + data + Self.bigEndian(Self.adler32(data)))
    return file + Self.chunk("IEND", [])
  }

  private static func chunk(_ name: String, _ payload: [UInt8]) -> [UInt8] {
    let checked = Array(name.utf8) + payload
    return bigEndian(UInt32(payload.count)) + checked + bigEndian(crc32(checked))
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
  }

  private static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var low: UInt32 = 1
    var high: UInt32 = 0
    for byte in bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return high << 16 | low
  }
}
