/// Random numbers by seed: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
struct FuzzRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// True in so many of a thousand cases.
  mutating func chance(_ perMille: Int) -> Bool { Int.random(in: 0..<1000, using: &self) < perMille }

  mutating func pick<Choices: RandomAccessCollection>(_ choices: Choices) -> Choices.Element {
    choices[choices.index(choices.startIndex, offsetBy: Int.random(in: 0..<choices.count, using: &self))]
  }

  /// A number of the kind at which programs fail: around powers of two, sizes of pictures, anything.
  mutating func number() -> UInt32 {
    switch Int.random(in: 0..<6, using: &self) {
    case 0: return pick([0, 1, 2, 3, 4, 7, 8, 15, 16, 255, 256])
    case 1: return pick([.max, .max - 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF, 0x10000, 16_383, 16_384, 16_385])
    case 2: return pick([320, 640, 1280, 1920, 240, 480, 720, 1080, 614_400, 307_200])
    case 3: return UInt32(1) << UInt32.random(in: 0..<32, using: &self) &+ pick([0, 1, .max])
    case 4: return UInt32.random(in: 0...4096, using: &self)
    default: return UInt32.random(in: .min ... .max, using: &self)
    }
  }

  /// Damages bytes: flips, overwrites, cuts, doubles, removes, inserts markers.
  mutating func damage(_ bytes: inout [UInt8]) {
    for _ in 0..<Int.random(in: 1...8, using: &self) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &self)
      switch Int.random(in: 0..<8, using: &self) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 1: bytes[place] = .random(in: 0...255, using: &self)
      case 2: bytes.removeSubrange(place...)
      case 3:
        let end = min(bytes.count, place + Int.random(in: 1...64, using: &self))
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: Int.random(in: 0...bytes.count, using: &self))
      case 4: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...32, using: &self)))
      case 5: bytes.insert(contentsOf: [0xFF, .random(in: 0xC0...0xFE, using: &self)], at: place)
      case 6:
        // A length, a size or a count.
        let number = number()
        for offset in 0..<2 where place + offset < bytes.count {
          bytes[place + offset] = UInt8(truncatingIfNeeded: number >> UInt32(8 * (1 - offset)))
        }
      default: bytes[place] = pick([0, 0xFF, 0x7F, 0x80, 1])
      }
    }
  }
}
