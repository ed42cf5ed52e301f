@testable import Imaging

extension JPEGMarkers {
  /// Where the first segment with a marker begins; nil for none.
  static func firstOffset(of marker: UInt8, in jpeg: [UInt8]) -> Int? {
    var found: Int?
    jpeg.withUnsafeBufferPointer { bytes in
      forEachSegment(in: bytes) { candidate, _, offset in
        if candidate == marker, found == nil { found = offset }
        return true
      }
    }
    return found
  }
}
