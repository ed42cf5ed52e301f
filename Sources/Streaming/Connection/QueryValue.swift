/// Reads a request's parameters, and refuses values that mean nothing.
extension Request {
  /// A switch: `1` or `0`; nil where it is not given.
  func flag(_ name: String) throws(Refusal) -> Bool? {
    switch queryValue(name) {
    case nil: return nil
    case "1": return true
    case "0": return false
    case .some(let text): throw Self.refusal(name, text, expected: "0 or 1")
    }
  }

  /// A whole number; nil where it is not given.
  func integer(_ name: String, _ range: ClosedRange<Int>) throws(Refusal) -> Int? {
    guard let text = queryValue(name) else { return nil }
    // No more digits than the bounds have: a number that overflows is none.
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text), range.contains(value)
    else {
      throw Self.refusal(
        name, text, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A number such as `5` or `0.5`; nil where it is not given.
  func number(_ name: String, _ range: ClosedRange<Double>) throws(Refusal) -> Double? {
    guard let text = queryValue(name) else { return nil }
    let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    guard isPlain, text.utf8.count <= 16, let value = Double(text), range.contains(value) else {
      throw Self.refusal(name, text, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  private static func refusal(_ name: String, _ text: Substring, expected: String) -> Refusal {
    Refusal(.badRequest, "\(name)=\(text.prefix(40)): \(expected) is expected.")
  }
}
