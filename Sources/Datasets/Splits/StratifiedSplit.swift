/// Why labels cannot be split with the same proportions in both parts.
public enum SplitError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A class with a single member cannot be in both parts.
  case tooFewMembers(label: Int)
  /// A part would have fewer members than there are classes.
  case partTooSmall(size: Int, classCount: Int)
  /// The size of the test part is not between 0 and 1.
  case badFraction(Double)

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .tooFewMembers(let label):
      "label \(label) stands on one picture only and cannot be split; leave it out or add pictures"
    case .partTooSmall(let size, let classCount):
      "a part of \(size) pictures cannot have all \(classCount) labels; choose a larger part"
    case .badFraction(let fraction):
      "the test part is \(fraction) of all pictures; it must lie between 0 and 1"
    }
  }
}

/// A random split in two with the same proportion of every class in both parts, the very one of scikit-learn's
/// `train_test_split(test_size=…, stratify=labels, random_state=seed)`: same members, same order.
///
/// Source: scikit-learn's documented algorithm (`StratifiedShuffleSplit` with one split, `_approximate_mode`), which
/// draws from NumPy's legacy generator. Golden values: `scripts/golden-splits`.
public enum StratifiedSplit {
  /// - Parameters:
  ///   - labels: A class for each item.
  ///   - testFraction: The size of the test part, rounded up to whole items; between 0 and 1.
  ///   - seed: scikit-learn's `random_state`.
  /// - Returns: Positions in `labels`.
  public static func split(
    labels: [Int], testFraction: Double, seed: UInt32
  ) throws(SplitError) -> (train: [Int], test: [Int]) {
    guard testFraction > 0, testFraction < 1 else { throw .badFraction(testFraction) }
    let testCount = Int((testFraction * Double(labels.count)).rounded(.up))
    let trainCount = labels.count - testCount
    let members = Dictionary(grouping: labels.indices) { labels[$0] }.sorted { $0.key < $1.key }
    if let lonely = members.first(where: { $0.value.count < 2 }) { throw .tooFewMembers(label: lonely.key) }
    for size in [trainCount, testCount] where size < members.count {
      throw .partTooSmall(size: size, classCount: members.count)
    }

    var random = NumPyRandomState(seed: seed)
    let counts = members.map(\.value.count)
    let trainCounts = approximateMode(counts, drawing: trainCount, &random)
    let remaining = zip(counts, trainCounts).map { $0 - $1 }
    let testCounts = approximateMode(remaining, drawing: testCount, &random)
    var train: [Int] = []
    var test: [Int] = []
    for (index, member) in members.enumerated() {
      let shuffled = random.permutation(of: member.value)
      train.append(contentsOf: shuffled.prefix(trainCounts[index]))
      test.append(contentsOf: shuffled.dropFirst(trainCounts[index]).prefix(testCounts[index]))
    }
    return (random.permutation(of: train), random.permutation(of: test))
  }

  /// How many of each class are most probably among that many drawn without replacement (the mode of the
  /// multivariate hypergeometric distribution, off by at most one); ties are broken at random.
  static func approximateMode(
    _ counts: [Int], drawing drawCount: Int, _ random: inout NumPyRandomState
  ) -> [Int] {
    let total = Double(counts.reduce(0, +))
    let shares = counts.map { Double($0) / total * Double(drawCount) }
    var drawn = shares.map { Int($0.rounded(.down)) }
    let remainders = shares.map { $0 - $0.rounded(.down) }
    var missing = drawCount - drawn.reduce(0, +)
    for remainder in Set(remainders).sorted(by: >) where missing > 0 {
      let equal = remainders.indices.filter { remainders[$0] == remainder }
      let chosen = random.choose(min(equal.count, missing), of: equal)
      for index in chosen { drawn[index] += 1 }
      missing -= chosen.count
    }
    return drawn
  }
}
