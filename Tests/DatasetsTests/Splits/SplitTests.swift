import Faces
import Testing

@testable import Datasets

private struct Listed: Decodable {
  let count: Int
  let hash: String
  let indices: [Int]?

  func matches(_ actual: [Int]) -> Bool {
    // FNV-1a, as the script has it.
    let hash = actual.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { hash, index in
      (0..<4).reduce(hash) { ($0 ^ UInt64(index >> (8 * $1) & 0xFF)) &* 0x100_0000_01B3 }
    }
    let text = String(hash, radix: 16)
    return actual.count == count && String(repeating: "0", count: 16 - text.count) + text == self.hash
      && (indices == nil || indices == actual)
  }
}

private struct GoldenSplit: Decodable {
  let labels: [Int]
  let counts: [Int]
  let testFraction: Double
  let seed: UInt32
  let train: Listed
  let test: Listed
}

private struct GoldenNotebook: Decodable {
  let train: Listed
  let validation: Listed
  let test: Listed
}

private struct GoldenGenerator: Decodable {
  let seed: UInt32
  let words: [UInt32]
  let permutation: [Int]
  let choice: [Int]
}

private struct Golden: Decodable {
  let splits: [GoldenSplit]
  let notebook: GoldenNotebook
  let generators: [GoldenGenerator]

  static func labels(_ labels: [Int], _ counts: [Int]) -> [Int] {
    let blocks = zip(labels, counts).flatMap { Array(repeating: $0, count: $1) }
    return blocks.indices.map { blocks[(7919 * $0 + 13) % blocks.count] }
  }
}

@Suite struct SplitTests {
  private let golden: Golden

  init() throws { golden = try TestData.golden("splits.json", as: Golden.self) }

  @Test func drawsAsNumPysLegacyGenerator() {
    #expect(golden.generators.count == 4)
    for expected in golden.generators {
      var generator = NumPyRandomState(seed: expected.seed)
      #expect(expected.words.map { _ in generator.nextWord() } == expected.words)
      var other = NumPyRandomState(seed: expected.seed)
      #expect(other.permutation(of: Array(0..<20)) == expected.permutation)
      var third = NumPyRandomState(seed: expected.seed)
      #expect(third.choose(3, of: [3, 5, 8, 13, 21]) == expected.choice)
    }
  }

  @Test func splitsAsScikitLearn() throws {
    #expect(golden.splits.count == 8)
    for expected in golden.splits {
      let (train, test) = try StratifiedSplit.split(
        labels: Golden.labels(expected.labels, expected.counts), testFraction: expected.testFraction,
        seed: expected.seed)
      #expect(expected.train.matches(train))
      #expect(expected.test.matches(test))
    }
  }

  @Test func theNotebooksSplitsHaveItsSizes() throws {
    let counts = [4800, 491, 4925, 8859, 5977, 3496, 6105]
    let labels = Golden.labels(Array(0..<7), counts)
    // The splits look at labels only.
    let pictures = FacePictures(
      pixels: [UInt8](repeating: 0, count: labels.count * FacePictures.pixelsPerPicture),
      labels: labels.map { Emotion(rawValue: $0)! }, usage: labels.map { _ in .training },
      sourceRows: Array(labels.indices))
    let split = try Split.notebook(pictures)
    #expect(golden.notebook.train.matches(split.train))
    #expect(golden.notebook.validation.matches(split.validation))
    #expect(golden.notebook.test.matches(split.test))
    #expect([split.train.count, split.validation.count, split.test.count] == [24_949, 2773, 6931])
    #expect((split.train + split.validation + split.test).sorted() == Array(labels.indices))
    // The notebook's report names these supports.
    let vgg19 = try Split.notebookVGG19(pictures)
    #expect(pictures.labelCounts(of: vgg19.test) == [480, 49, 492, 886, 598, 350, 611])
    #expect(vgg19.train.count == 31_187 && vgg19.validation == vgg19.test)
  }

  @Test func impossibleSplitsAreErrors() {
    #expect(throws: SplitError.tooFewMembers(label: 3)) {
      try StratifiedSplit.split(labels: [1, 1, 3, 1, 1], testFraction: 0.4, seed: 1)
    }
    #expect(throws: SplitError.partTooSmall(size: 1, classCount: 2)) {
      try StratifiedSplit.split(labels: [1, 1, 3, 3], testFraction: 0.1, seed: 1)
    }
    for fraction in [0, 1, -0.5, .nan] {
      #expect(throws: SplitError.self) {
        try StratifiedSplit.split(labels: [1, 1, 3, 3], testFraction: fraction, seed: 1)
      }
    }
  }

  /// Pictures A (training and private), B (training twice), C (public and private), D (training), E (private).
  private static let leaking: FacePictures = {
    let shades: [UInt8] = [1, 2, 2, 3, 4, 1, 3, 5]
    return FacePictures(
      pixels: shades.flatMap { [UInt8](repeating: $0, count: FacePictures.pixelsPerPicture) },
      labels: shades.map { _ in .fear },
      usage: [
        .training, .training, .training, .publicTest, .training, .privateTest, .privateTest, .privateTest,
      ],
      sourceRows: Array(0..<8))
  }()

  @Test func theOfficialSplitGoesByUsage() {
    #expect(
      Split.official(Self.leaking) == Split(train: [0, 1, 2, 4], validation: [3], test: [5, 6, 7]))
  }

  @Test func theLeakFreeSplitLearnsFromNoHeldOutPicture() {
    #expect(Split.leakFree(Self.leaking) == Split(train: [1, 2, 4], validation: [3], test: [5, 6, 7]))
    #expect(Split.testPicturesOfNoOtherPart(Self.leaking) == [7])
  }
}
