/// The random numbers of `numpy.random.RandomState(seed)`, which scikit-learn's `random_state=` means: the Mersenne
/// Twister MT19937 (M. Matsumoto, T. Nishimura, ACM TOMACS 8, 1998) seeded by its `init_genrand`, and on top of it
/// NumPy's ways to draw and to shuffle, which NumPy promises never to change (NEP 19).
struct NumPyRandomState {
  private static let size = 624
  private static let middle = 397
  private var words: [UInt32]
  private var position = size

  init(seed: UInt32) {
    words = [seed]
    for index in 1..<Self.size {
      let last = words[index - 1]
      words.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index))
    }
  }

  /// 32 random bits.
  mutating func nextWord() -> UInt32 {
    if position == Self.size { regenerate() }
    var word = words[position]
    position += 1
    word ^= word >> 11
    word ^= word << 7 & 0x9D2C_5680
    word ^= word << 15 & 0xEFC6_0000
    return word ^ word >> 18
  }

  private mutating func regenerate() {
    for index in 0..<Self.size {
      let bits = words[index] & 0x8000_0000 | words[(index + 1) % Self.size] & 0x7FFF_FFFF
      let twist: UInt32 = bits & 1 == 0 ? 0 : 0x9908_B0DF
      words[index] = words[(index + Self.middle) % Self.size] ^ bits >> 1 ^ twist
    }
    position = 0
  }

  /// A number in 0...maximum: random bits under a mask until they fit (NumPy's `random_interval`).
  mutating func next(upTo maximum: UInt32) -> UInt32 {
    if maximum == 0 { return 0 }
    let mask = UInt32.max >> UInt32(maximum.leadingZeroBitCount)
    while true {
      let value = nextWord() & mask
      if value <= maximum { return value }
    }
  }

  /// R. Fisher and F. Yates's shuffle from the end, as `RandomState.shuffle`.
  mutating func shuffle(_ values: inout [Int]) {
    for last in stride(from: values.count - 1, to: 0, by: -1) {
      values.swapAt(last, Int(next(upTo: UInt32(last))))
    }
  }

  /// `RandomState.permutation` of an array.
  mutating func permutation(of values: [Int]) -> [Int] {
    var shuffled = values
    shuffle(&shuffled)
    return shuffled
  }

  /// `RandomState.choice(values, size=count, replace=False)`.
  mutating func choose(_ count: Int, of values: [Int]) -> [Int] {
    permutation(of: Array(values.indices)).prefix(count).map { values[$0] }
  }
}
