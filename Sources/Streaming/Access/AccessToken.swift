/// The secret that lets a client in. It is never printed: its descriptions say nothing.
///
///     let token = try AccessToken("5f0c2f6d4a1b97e3")
///     token.matches("5f0c2f6d4a1b97e3")  // true
public struct AccessToken: Sendable, Equatable {
  /// Why a text is no token; for people.
  public struct Refusal: Error, Equatable, CustomStringConvertible {
    /// What is wrong, and what to do.
    public let description: String
  }

  /// Characters that a token has. Sixteen hexadecimal digits are 64 bits: years of guesses at any rate that
  /// the server allows.
  public static let lengthRange = 16...256

  private let bytes: [UInt8]

  /// - Parameter text: Of the characters that a bearer token may have (RFC 6750, section 2.1), so that it can stand in
  ///   a header and in a form.
  public init(_ text: String) throws(Refusal) {
    guard Self.lengthRange.contains(text.utf8.count) else {
      throw Refusal(
        description:
          "a token has \(Self.lengthRange.lowerBound) to \(Self.lengthRange.upperBound) characters, this "
          + "one has \(text.utf8.count); `openssl rand -hex 24` makes a good one")
    }
    guard text.utf8.allSatisfy(Self.isAllowed) else {
      throw Refusal(
        description:
          "a token is made of letters, digits and -._~+/= in one line; `openssl rand -hex 24` makes a "
          + "good one")
    }
    bytes = Array(text.utf8)
  }

  /// Whether a client's text is the token. The time that it takes tells nothing of where the two differ.
  func matches(_ candidate: String) -> Bool { Secrets.areEqual(bytes, Array(candidate.utf8)) }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~+/=".utf8.contains(byte)
    }
  }
}

extension AccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Not the token.
  public var description: String { "(a token)" }
  /// Not the token.
  public var debugDescription: String { description }
  /// Nothing, so that `dump` shows no token.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Comparing and making secrets.
enum Secrets {
  /// Whether two texts are the same, in a time that depends on their lengths alone.
  @inline(never)
  static func areEqual(_ secret: [UInt8], _ candidate: [UInt8]) -> Bool {
    guard !secret.isEmpty else { return false }
    var difference: UInt8 = secret.count == candidate.count ? 0 : 1
    for index in candidate.indices { difference |= candidate[index] ^ secret[index % secret.count] }
    return difference == 0
  }

  /// 256 bits from the kernel's random numbers, in hexadecimal digits.
  static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<32).map { _ in
      let byte = UInt8.random(in: 0...255, using: &generator)
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
