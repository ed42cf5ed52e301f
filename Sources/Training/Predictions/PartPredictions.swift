import Datasets
import Evaluation

/// What a model says about one part of the pictures.
public struct PartPredictions: Sendable {
  /// The part's name in files: `train`, `validation`, `test`.
  public let part: String
  /// The pictures' places in the data set.
  public let places: [Int]
  /// Their classes.
  public let trueLabels: [Int]
  /// The classes that the model says.
  public let predictedLabels: [Int]
  /// Its probabilities; nil where it has none.
  public let probabilities: ProbabilityTable?
  /// Outputs before the softmax, [places, classes]; nil where there is no softmax.
  public let logits: [Float]?

  /// A model's word on a part.
  public init(
    part: String, places: [Int], data: TrainingData, predictedLabels: [Int],
    probabilities: ProbabilityTable? = nil, logits: [Float]? = nil
  ) {
    self.part = part
    self.places = places
    trueLabels = places.map { data.labels[$0] }
    self.predictedLabels = predictedLabels
    self.probabilities = probabilities
    self.logits = logits
  }

  /// Labels with the probabilities that they follow from.
  public init(
    part: String, places: [Int], data: TrainingData, probabilities: ProbabilityTable, logits: [Float]? = nil
  ) {
    self.init(
      part: part, places: places, data: data, predictedLabels: probabilities.predictedLabels,
      probabilities: probabilities, logits: logits)
  }

  /// The same word on some of the pictures.
  ///
  /// - Parameters:
  ///   - part: The name of what is left.
  ///   - kept: Places in the data set; those that are not in this part are not looked at.
  ///   - data: The data set.
  /// - Throws: `EvaluationError`, which cannot happen for probabilities that were accepted before.
  public func selecting(
    part: String, kept: Set<Int>, data: TrainingData
  ) throws(EvaluationError) -> PartPredictions {
    let rows = places.indices.filter { kept.contains(places[$0]) }
    var table: ProbabilityTable?
    if let probabilities {
      table = try ProbabilityTable(
        rows.flatMap { Array(probabilities[$0]) }, classCount: probabilities.classCount)
    }
    let classCount = data.classNames.count
    return PartPredictions(
      part: part, places: rows.map { places[$0] }, data: data,
      predictedLabels: rows.map { predictedLabels[$0] }, probabilities: table,
      logits: logits.map { logits in
        rows.flatMap { Array(logits[$0 * classCount..<($0 + 1) * classCount]) }
      })
  }
}
