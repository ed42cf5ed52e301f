/// Which pictures a network learns from, which it is chosen by and which it is judged by: positions in a
/// ``FacePictures``.
///
///     let pictures = try Dataset.read("fer2013.csv").pictures
///     let split = Split.leakFree(pictures)
///     let training = pictures.selecting(split.train)
public struct Split: Sendable, Codable, Equatable {
  /// What is learned from.
  public let train: [Int]
  /// What epochs, learning rates and recipes are chosen by.
  public let validation: [Int]
  /// What is looked at once, at the end.
  public let test: [Int]

  /// A split from its parts.
  public init(train: [Int], validation: [Int], test: [Int]) {
    self.train = train
    self.validation = validation
    self.test = test
  }

  /// The notebook's split for the support vector machine, the MLP and the small CNN: 80/20 into train and test, then
  /// 90/10 of the former into train and validation, both stratified with seed 111. Of FER2013 without repeated rows
  /// (``FacePictures/droppingDuplicates()``): 24,949 / 2,773 / 6,931.
  ///
  /// Pictures that stand in the table under two labels or two usages may fall on both sides.
  public static func notebook(_ pictures: FacePictures) throws(SplitError) -> Split {
    let seed: UInt32 = 111
    let labels = pictures.labels.map(\.rawValue)
    let (rest, test) = try StratifiedSplit.split(labels: labels, testFraction: 0.2, seed: seed)
    let (train, validation) = try StratifiedSplit.split(
      labels: rest.map { labels[$0] }, testFraction: 0.1, seed: seed)
    return Split(train: train.map { rest[$0] }, validation: validation.map { rest[$0] }, test: test)
  }

  /// The notebook's split for both VGG19 networks: 90/10 into train and test, stratified with seed 42; 31,187 / 3,466
  /// of FER2013 without repeated rows. The test part is also what its epochs are chosen by, so it stands here as
  /// validation and as test.
  public static func notebookVGG19(_ pictures: FacePictures) throws(SplitError) -> Split {
    let (train, test) = try StratifiedSplit.split(
      labels: pictures.labels.map(\.rawValue), testFraction: 0.1, seed: 42)
    return Split(train: train, validation: test, test: test)
  }

  /// The contest's own split: 28,709 / 3,589 / 3,589 rows of FER2013. 8.0 % of its test pictures also stand among
  /// those to learn from.
  public static func official(_ pictures: FacePictures) -> Split {
    func positions(_ usage: Usage) -> [Int] { pictures.usage.indices.filter { pictures.usage[$0] == usage } }
    return Split(
      train: positions(.training), validation: positions(.publicTest), test: positions(.privateTest))
  }

  /// The contest's split without any picture to learn from that also stands, equal in every pixel and under whatever
  /// label, in PublicTest or PrivateTest. Those two stay whole, so results compare with published ones; for a figure
  /// on pictures that are nowhere else, see ``testPicturesOfNoOtherPart(_:)``.
  public static func leakFree(_ pictures: FacePictures) -> Split {
    let firsts = pictures.firstsWithEqualPixels()
    let official = official(pictures)
    let heldOut = Set((official.validation + official.test).map { firsts[$0] })
    return Split(
      train: official.train.filter { !heldOut.contains(firsts[$0]) }, validation: official.validation,
      test: official.test)
  }

  /// The PrivateTest pictures whose pixels stand in no other part.
  public static func testPicturesOfNoOtherPart(_ pictures: FacePictures) -> [Int] {
    let firsts = pictures.firstsWithEqualPixels()
    let official = official(pictures)
    let elsewhere = Set((official.train + official.validation).map { firsts[$0] })
    return official.test.filter { !elsewhere.contains(firsts[$0]) }
  }
}
