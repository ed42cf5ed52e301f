/// How well confidence matches accuracy: samples sorted into bins by the confidence of the predicted class.
///
/// Source: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On Calibration of Modern Neural Networks", ICML
/// 2017: section 2 defines the bins' accuracy and confidence, equation 3 the expected calibration error,
/// equation 5 the maximum calibration error.
///
/// JSON keys: `binning`, `sampleCount`, `expectedCalibrationError`, `maximumCalibrationError`, `bins`
/// (array of `lowerBound`, `upperBound`, `count`, `meanConfidence`, `accuracy`; the last two left out for an
/// empty bin).
public struct CalibrationCurve: Sendable, Equatable, Codable {
  /// How the bins are laid.
  public enum Binning: String, Sendable, Equatable, Codable {
    /// Bins of one width: bin m of M holds confidences in ((m - 1) / M, m / M].
    case equalWidth
    /// Bins of as many samples each (the first ones hold one more where it does not divide), in the order of
    /// confidence; the adaptive error of J. Nixon et al., "Measuring Calibration in Deep Learning", 2019,
    /// on the predicted class.
    case equalMass
  }

  /// The samples of one range of confidence.
  public struct Bin: Sendable, Equatable, Codable {
    /// Where the bin begins: exclusive for equal width, the smallest confidence in it for equal mass.
    public let lowerBound: Double
    /// Where the bin ends, inclusive.
    public let upperBound: Double
    /// How many samples it holds.
    public let count: Int
    /// Their mean confidence; nil where it is empty.
    public let meanConfidence: Double?
    /// The share of them that was predicted rightly; nil where it is empty.
    public let accuracy: Double?

    /// The distance between accuracy and mean confidence; 0 where it is empty.
    public var gap: Double {
      guard let accuracy, let meanConfidence else { return 0 }
      return abs(accuracy - meanConfidence)
    }
  }

  /// How many bins are customary (Guo et al., section 5).
  public static let usualBinCount = 15

  /// How the bins were laid.
  public let binning: Binning
  /// All samples.
  public let sampleCount: Int
  /// The bins in the order of confidence, empty ones included.
  public let bins: [Bin]
  /// The mean distance between accuracy and confidence over all samples, 0...1.
  public let expectedCalibrationError: Double
  /// The largest distance of any bin that has samples, 0...1.
  public let maximumCalibrationError: Double

  /// Sorts samples into bins.
  ///
  /// - Parameters:
  ///   - confidences: The predicted class's probability of each sample, 0...1.
  ///   - correct: Whether the prediction was right.
  ///   - binCount: 1 to 1,000.
  ///   - binning: How the bins are laid.
  /// - Throws: ``EvaluationError`` where the lists do not fit together or there are no samples.
  public init(
    confidences: [Double], correct: [Bool], binCount: Int = usualBinCount, binning: Binning = .equalWidth
  ) throws(EvaluationError) {
    guard !confidences.isEmpty || !correct.isEmpty else { throw .noSamples }
    guard confidences.count == correct.count else {
      throw .differentCounts(what: "judgements", expected: confidences.count, actual: correct.count)
    }
    guard (1...1_000).contains(binCount) else {
      throw .unacceptableSetting(name: "the number of bins", value: Double(binCount), allowed: "1 to 1000")
    }
    if let sample = confidences.firstIndex(where: { !($0 >= 0 && $0 <= 1 + 1e-6) }) {
      throw .notAProbability(sample: sample, class: 0, value: confidences[sample])
    }
    let bins =
      switch binning {
      case .equalWidth: Self.equalWidthBins(confidences, correct, binCount)
      case .equalMass: Self.equalMassBins(confidences, correct, binCount)
      }
    let count = Double(confidences.count)
    self.binning = binning
    self.bins = bins
    sampleCount = confidences.count
    expectedCalibrationError = bins.reduce(0) { $0 + Double($1.count) / count * $1.gap }
    maximumCalibrationError = bins.map(\.gap).max() ?? 0
  }

  /// Sorts a classifier's samples into bins by the probability of their most probable class.
  ///
  /// - Throws: ``EvaluationError`` where labels and probabilities do not fit or there are none.
  public init(
    probabilities: ProbabilityTable, trueLabels: [Int], binCount: Int = usualBinCount,
    binning: Binning = .equalWidth
  ) throws(EvaluationError) {
    try probabilities.check(trueLabels: trueLabels)
    try self.init(
      confidences: probabilities.confidences,
      correct: zip(probabilities.predictedLabels, trueLabels).map { $0 == $1 },
      binCount: binCount, binning: binning)
  }

  private static func equalWidthBins(_ confidences: [Double], _ correct: [Bool], _ binCount: Int) -> [Bin] {
    var members = [[Int]](repeating: [], count: binCount)
    for (sample, confidence) in confidences.enumerated() {
      var bin = min(max(Int((confidence * Double(binCount)).rounded(.up)) - 1, 0), binCount - 1)
      // The product may be rounded to the other side of the bound that the bin is described by.
      if bin > 0, confidence <= Double(bin) / Double(binCount) { bin -= 1 }
      if bin < binCount - 1, confidence > Double(bin + 1) / Double(binCount) { bin += 1 }
      members[bin].append(sample)
    }
    return members.indices.map { index in
      Bin(
        members[index], confidences, correct, lowerBound: Double(index) / Double(binCount),
        upperBound: Double(index + 1) / Double(binCount))
    }
  }

  private static func equalMassBins(_ confidences: [Double], _ correct: [Bool], _ binCount: Int) -> [Bin] {
    let order = confidences.indices.sorted { (confidences[$0], $0) < (confidences[$1], $1) }
    let (size, extra) = order.count.quotientAndRemainder(dividingBy: binCount)
    var start = 0
    var bound = 0.0
    return (0..<binCount).map { index in
      let members = Array(order[start..<start + size + (index < extra ? 1 : 0)])
      start += members.count
      let lower = members.first.map { confidences[$0] } ?? bound
      bound = members.last.map { confidences[$0] } ?? bound
      return Bin(members, confidences, correct, lowerBound: lower, upperBound: bound)
    }
  }
}

extension CalibrationCurve.Bin {
  fileprivate init(
    _ members: [Int], _ confidences: [Double], _ correct: [Bool], lowerBound: Double, upperBound: Double
  ) {
    let count = Double(members.count)
    self.init(
      lowerBound: lowerBound, upperBound: upperBound, count: members.count,
      meanConfidence: members.isEmpty ? nil : members.reduce(0) { $0 + confidences[$1] } / count,
      accuracy: members.isEmpty ? nil : Double(members.count { correct[$0] }) / count)
  }
}
