import Imaging

/// The first line of a YUV4MPEG2 stream (yuv4mpeg(5) of the mjpegtools): parameters, each a letter and a value.
struct Y4MHeader: Equatable {
  /// What every stream begins with.
  static let magic = Array("YUV4MPEG2 ".utf8)

  var width: Int
  var height: Int
  var subsampling: ChromaSubsampling
  /// What the stream says of its samples; nil where it says nothing.
  var range: SampleRange?
  /// Nil where the stream states no rate that could be right.
  var framesPerSecond: Double?

  /// - Parameter line: Without the line feed.
  /// - Throws: ``StreamFormatError``.
  init(line: [UInt8]) throws(StreamFormatError) {
    guard line.starts(with: Self.magic) else { throw StreamFormatError(reason: "no YUV4MPEG2 stream") }
    var width: Int?
    var height: Int?
    subsampling = .yuv420
    for parameter in line.dropFirst(Self.magic.count).split(separator: UInt8(ascii: " ")) {
      let value = String(decoding: parameter.dropFirst(), as: UTF8.self)
      switch parameter.first {
      case UInt8(ascii: "W"): width = Self.side(value)
      case UInt8(ascii: "H"): height = Self.side(value)
      case UInt8(ascii: "C"): subsampling = try Self.subsampling(value)
      case UInt8(ascii: "F"): framesPerSecond = Self.framesPerSecond(value)
      case UInt8(ascii: "X") where value == "COLORRANGE=FULL": range = .full
      case UInt8(ascii: "X") where value == "COLORRANGE=LIMITED": range = .limited
      default: break
      }
    }
    guard let width, let height else { throw StreamFormatError(reason: "the Y4M header states no size") }
    do { try Picture.checkSize(width: width, height: height) } catch {
      throw StreamFormatError(reason: error.description)
    }
    self.width = width
    self.height = height
  }

  /// Bounded so that no later product overflows.
  private static func side(_ value: String) -> Int? {
    guard value.utf8.count <= 9 else { return nil }
    return Int(value)
  }

  private static func subsampling(_ value: String) throws(StreamFormatError) -> ChromaSubsampling {
    switch value {
    case "420", "420jpeg", "420mpeg2", "420paldv": return .yuv420
    case "422": return .yuv422
    case "444": return .yuv444
    case "440": return .yuv440
    case "411": return .yuv411
    case "mono": return .grey
    default:
      let shown = String(printable: value.utf8, maximumLength: 20)
      throw StreamFormatError(
        reason: "Y4M colour space \(shown) is not supported; make 8-bit 4:2:0 (ffmpeg: -pix_fmt yuv420p)")
    }
  }

  private static func framesPerSecond(_ value: String) -> Double? {
    let parts = value.split(separator: ":")
    guard parts.count == 2, let numerator = Int32(parts[0]), let denominator = Int32(parts[1]), numerator > 0,
      denominator > 0
    else { return nil }
    let rate = Double(numerator) / Double(denominator)
    return (0.001...1000).contains(rate) ? rate : nil
  }
}
