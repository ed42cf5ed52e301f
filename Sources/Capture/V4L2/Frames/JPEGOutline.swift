/// What a JPEG says of itself without being decoded (ITU-T T.81 annex B): whether it has the parts of one, its size,
/// and whether its end is there.
struct JPEGOutline: Equatable {
  /// In pixels, from the frame header.
  let width: Int
  /// In pixels.
  let height: Int
  /// Whether an end marker follows the first scan. What stands behind it, as padding of some cameras, does not
  /// matter.
  let hasEnd: Bool

  private enum Marker {
    static let start: UInt8 = 0xD8
    static let end: UInt8 = 0xD9
    static let startOfScan: UInt8 = 0xDA
    /// Frame headers are C0 to CF but for tables (C4), a reserved code (C8) and arithmetic conditioning (CC).
    static func isFrameHeader(_ marker: UInt8) -> Bool {
      (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
    }
    static func isStandalone(_ marker: UInt8) -> Bool { marker == 0x01 || (0xD0...0xD8).contains(marker) }
  }

  /// The two bytes that end a JPEG.
  static let endMarker: [UInt8] = [0xFF, Marker.end]

  /// Nil for what is no JPEG: no start, no frame header of a size, no scan, or segments that lead nowhere.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count >= 4, bytes[0] == 0xFF, bytes[1] == Marker.start else { return nil }
    var position = 2
    var size: (width: Int, height: Int)?
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      if marker == 0xFF {
        position += 1
        continue
      }
      if Marker.isStandalone(marker) {
        position += 2
        continue
      }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let end = position + 2 + length
      guard length >= 2, end <= bytes.count else { return nil }
      if Marker.isFrameHeader(marker), size == nil {
        // Length, precision, height, width.
        guard length >= 7 else { return nil }
        let height = Int(bytes[position + 5]) << 8 | Int(bytes[position + 6])
        let width = Int(bytes[position + 7]) << 8 | Int(bytes[position + 8])
        guard width > 0, height > 0 else { return nil }
        size = (width, height)
      }
      position = end
      if marker == Marker.startOfScan {
        guard let size else { return nil }
        (width, height) = size
        hasEnd = Self.findsEnd(in: bytes, after: position)
        return
      }
    }
    return nil
  }

  /// Looked for from the back, where it stands or where padding is: a frame is not read twice.
  private static func findsEnd(in bytes: UnsafeBufferPointer<UInt8>, after start: Int) -> Bool {
    var position = bytes.count - 2
    while position >= start {
      if bytes[position] == 0xFF, bytes[position + 1] == Marker.end { return true }
      position -= 1
    }
    return false
  }
}
