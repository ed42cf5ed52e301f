import Foundation

/// Random numbers that are the same in every run: SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable
/// Pseudorandom Number Generators", OOPSLA 2014, figure 16). A value: whoever copies it gets the same numbers again,
/// and its state is all that a checkpoint has to keep.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable, Codable {
  /// Where in its sequence the generator is.
  public var state: UInt64

  /// The sequence of a seed.
  public init(seed: UInt64) { state = seed }

  /// One of many unrelated sequences of a seed, as for the pictures of an epoch, which any worker may then
  /// compute in any order.
  public init(seed: UInt64, stream: UInt64) {
    state = Self.mixed(seed &+ Self.increment &* Self.mixed(stream &+ Self.increment))
  }

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mixed(state)
  }

  /// A number in 0..<1 with 24 random bits, all that a float holds.
  public mutating func nextUnit() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number of the normal distribution with mean 0 and variance 1, by G. Box and M. Muller's transform.
  public mutating func nextNormal() -> Float {
    let radius = (-2 * log(Double(next() >> 11 | 1) * 0x1p-53)).squareRoot()
    return Float(radius * cos(2 * .pi * Double(next() >> 11) * 0x1p-53))
  }

  /// That many random bytes.
  public mutating func nextBytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }
}
