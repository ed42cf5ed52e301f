/// Whether a JPEG may be shown as it is: what every decoder reads, and nothing that a picture does not need.
///
/// What a camera sends is trusted as little as anything from outside. It has to be one baseline scan (ITU-T T.81, SOF0)
/// with 8 bits a sample, grey or three components, its own Huffman tables (some webcams leave them out, and browsers
/// then show nothing), no segment but tables and JFIF's, and nothing behind its end. All other frames are encoded anew.
public enum PlainJPEG {
  private enum Marker {
    static let baselineFrame: UInt8 = 0xC0
    static let quantizationTable: UInt8 = 0xDB
    static let restartInterval: UInt8 = 0xDD
    static let application0: UInt8 = 0xE0
    static let end: UInt8 = 0xD9
  }

  /// Looks at the segments; the scan's data is the decoder's business.
  ///
  /// - Parameters:
  ///   - bytes: The whole JPEG.
  ///   - width: Which its header has to say, in pixels.
  ///   - height: Likewise.
  public static func isPlain(_ bytes: [UInt8], width: Int, height: Int) -> Bool {
    bytes.withUnsafeBufferPointer { isPlain($0, width: width, height: height) }
  }

  private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>, width: Int, height: Int) -> Bool {
    guard bytes.count > 4, bytes[0] == 0xFF, bytes[1] == 0xD8, bytes[bytes.count - 2] == 0xFF,
      bytes[bytes.count - 1] == Marker.end
    else { return false }
    var isPlain = true
    var hasTables = false
    var components: UInt8 = 0
    var isComplete = false
    JPEGMarkers.forEachSegment(in: bytes) { marker, payload, _ in
      switch marker {
      case Marker.quantizationTable, Marker.restartInterval, Marker.application0: break
      case JPEGMarkers.defineHuffmanTable: hasTables = true
      case Marker.baselineFrame:
        // Precision, height, width, number of components.
        guard components == 0, payload.count >= 6 else {
          isPlain = false
          break
        }
        let start = payload.lowerBound
        components = bytes[start + 5]
        isPlain =
          bytes[start] == 8 && Int(bytes[start + 1]) << 8 | Int(bytes[start + 2]) == height
          && Int(bytes[start + 3]) << 8 | Int(bytes[start + 4]) == width
          && (components == 1 || components == 3)
      case JPEGMarkers.startOfScan:
        isComplete = !payload.isEmpty && bytes[payload.lowerBound] == components
      default: isPlain = false
      }
      return isPlain
    }
    return isPlain && hasTables && components > 0 && isComplete
  }
}
