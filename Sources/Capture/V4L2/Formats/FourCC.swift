/// The code of a pixel format, four characters in the bytes of a number, the first in the lowest byte.
public struct FourCC: RawRepresentable, Sendable, Hashable {
  /// The first character in the lowest byte.
  public var rawValue: UInt32

  /// Any number is a code.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// - Parameter code: Exactly four ASCII characters.
  init(_ code: StaticString) {
    precondition(code.utf8CodeUnitCount == 4, "a FourCC has four characters")
    rawValue = code.withUTF8Buffer { $0.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
  }
}

extension FourCC: CustomStringConvertible {
  /// The four characters, blanks at the end left out; `-BE` behind those of big-endian formats, which have
  /// the top bit set. Codes with other bytes than printable ASCII are given in hexadecimal.
  public var description: String {
    let isBigEndian = rawValue >> 31 == 1
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: (rawValue & 0x7FFF_FFFF) >> (8 * $0)) }
    guard bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      return "0x" + String(rawValue, radix: 16)
    }
    var text = String(decoding: bytes, as: UTF8.self)
    while text.last == " " { text.removeLast() }
    return isBigEndian ? text + "-BE" : text
  }
}
