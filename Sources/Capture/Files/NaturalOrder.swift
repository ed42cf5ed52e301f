/// The order in which people expect file names: `frame2` before `frame10`, whatever the case of letters.
enum NaturalOrder {
  /// Whether one name comes before another. Names that differ in case or leading zeros only are told apart by
  /// their bytes, so that the order is always the same.
  static func precedes(_ left: String, _ right: String) -> Bool {
    let leftBytes = Array(left.utf8)
    let rightBytes = Array(right.utf8)
    switch compare(leftBytes[...], rightBytes[...]) {
    case 0: return leftBytes.lexicographicallyPrecedes(rightBytes)
    case let order: return order < 0
    }
  }

  private static func compare(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
    var left = left
    var right = right
    while let leftByte = left.first, let rightByte = right.first {
      if isDigit(leftByte) && isDigit(rightByte) {
        let order = compareNumbers(takeNumber(from: &left), takeNumber(from: &right))
        if order != 0 { return order }
        continue
      }
      let order = Int(lowercased(leftByte)) - Int(lowercased(rightByte))
      if order != 0 { return order }
      left.removeFirst()
      right.removeFirst()
    }
    return left.count - right.count
  }

  /// The digits at the front, without leading zeros: they may be more than an integer holds.
  private static func takeNumber(from bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = bytes.prefix(while: isDigit)
    bytes = bytes[digits.endIndex...]
    return digits.drop { $0 == UInt8(ascii: "0") }
  }

  private static func compareNumbers(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
    if left.count != right.count { return left.count - right.count }
    for (leftDigit, rightDigit) in zip(left, right) where leftDigit != rightDigit {
      return Int(leftDigit) - Int(rightDigit)
    }
    return 0
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
