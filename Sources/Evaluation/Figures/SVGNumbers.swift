/// Coordinates without digits that nobody can see: cairo writes millionths of a point.
enum SVGNumbers {
  /// How many decimals are kept.
  private static let decimals = 3

  /// Path data whose numbers are cut after thousandths.
  static func shortened(_ path: Substring) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(path.utf8.count)
    var digitsAfterPoint = -1
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "."): digitsAfterPoint = 0
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if digitsAfterPoint >= 0 {
          digitsAfterPoint += 1
          if digitsAfterPoint > decimals { continue }
        }
      default: digitsAfterPoint = -1
      }
      result.append(byte)
    }
    return String(decoding: result, as: UTF8.self)
  }
}
