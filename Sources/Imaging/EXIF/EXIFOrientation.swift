/// How a photograph is to be turned to stand upright: tag Orientation of the Exif standard (CIPA DC-008). Named
/// after what is to be done with the stored picture.
public enum EXIFOrientation: UInt16, Sendable, CaseIterable {
  case upright = 1
  case mirror = 2
  case rotate180 = 3
  case flip = 4
  /// Rows become columns: mirrored at the diagonal from top left.
  case transpose = 5
  /// Clockwise.
  case rotate90 = 6
  /// Mirrored at the diagonal from top right.
  case transverse = 7
  /// Clockwise; a quarter turn counterclockwise.
  case rotate270 = 8

  /// Whether width and height change places.
  public var swapsSides: Bool { rawValue >= 5 }

  /// The orientation that a JPEG states in its Exif segment; `upright` where it states none, or nonsense.
  public init(ofJPEG bytes: UnsafeBufferPointer<UInt8>) {
    var found: EXIFOrientation?
    JPEGMarkers.forEachSegment(in: bytes) { marker, payload, _ in
      guard marker == JPEGMarkers.application1 else { return true }
      found = Self.orientation(inExif: UnsafeBufferPointer(rebasing: bytes[payload]))
      return found == nil
    }
    self = found ?? .upright
  }

  /// The same for an array.
  public init(ofJPEG bytes: [UInt8]) {
    self = bytes.withUnsafeBufferPointer { EXIFOrientation(ofJPEG: $0) }
  }

  private static let header = Array("Exif\0\0".utf8)
  private static let tag: UInt32 = 0x0112
  private static let short: UInt32 = 3

  /// Looks through the first image file directory of an Exif payload. Every offset comes from the file, so
  /// every read is checked against the payload's end.
  private static func orientation(inExif payload: UnsafeBufferPointer<UInt8>) -> EXIFOrientation? {
    guard payload.starts(with: header) else { return nil }
    let tiff = UnsafeBufferPointer(rebasing: payload[header.count...])
    guard let reader = TIFFReader(tiff), let directory = reader.integer(at: 4, byteCount: 4) else {
      return nil
    }
    guard let count = reader.integer(at: Int(directory), byteCount: 2) else { return nil }
    for index in 0..<Int(count) {
      let entry = Int(directory) + 2 + 12 * index
      guard let tag = reader.integer(at: entry, byteCount: 2) else { return nil }
      guard tag == Self.tag else { continue }
      guard reader.integer(at: entry + 2, byteCount: 2) == short,
        reader.integer(at: entry + 4, byteCount: 4) == 1,
        let value = reader.integer(at: entry + 8, byteCount: 2)
      else { return nil }
      return EXIFOrientation(rawValue: UInt16(truncatingIfNeeded: value))
    }
    return nil
  }
}

/// Reads integers of a TIFF structure, in the byte order that it states.
private struct TIFFReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let isLittleEndian: Bool

  /// Nil where the bytes do not begin as TIFF does.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    if bytes.starts(with: Array("II".utf8)) {
      isLittleEndian = true
    } else if bytes.starts(with: Array("MM".utf8)) {
      isLittleEndian = false
    } else {
      return nil
    }
    guard integer(at: 2, byteCount: 2) == 42 else { return nil }
  }

  /// Nil where it would reach beyond the end. `byteCount` is at most 4.
  func integer(at offset: Int, byteCount: Int) -> UInt32? {
    guard offset >= 0, offset <= bytes.count - byteCount else { return nil }
    var value: UInt32 = 0
    for index in 0..<byteCount {
      value = value << 8 | UInt32(bytes[offset + (isLittleEndian ? byteCount - 1 - index : index)])
    }
    return value
  }
}
