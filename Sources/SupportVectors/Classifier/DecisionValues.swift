/// How far each sample lies on which side of the separation of each pair of classes, and what follows from it.
public struct DecisionValues: Sendable, Equatable {
  /// How many samples.
  public let rowCount: Int
  /// How many classes.
  public let classCount: Int
  /// Row-major [samples, pairs], pairs in the order (0, 1), (0, 2), ..., (1, 2), ...; above 0 on the side of the
  /// pair's first class. scikit-learn's `decision_function` with the shape 'ovo'; for two classes with its sign
  /// turned.
  public let values: [Double]

  /// - Precondition: There are as many values as samples times pairs.
  init(rowCount: Int, classCount: Int, values: [Double]) {
    precondition(values.count == rowCount * ClassPairs.count(classes: classCount))
    self.rowCount = rowCount
    self.classCount = classCount
    self.values = values
  }

  /// How many pairs of classes.
  public var pairCount: Int { ClassPairs.count(classes: classCount) }

  /// The class of each sample, by its place among the classes: the one that most of its pairs vote for, of equals the
  /// first. A value of exactly 0 is a vote for the second of the pair, as in LIBSVM's prediction.
  public var predictedClasses: [Int] {
    let pairs = ClassPairs.all(classes: classCount)
    return (0..<rowCount).map { row in
      var votes = [Int](repeating: 0, count: classCount)
      for (pair, (first, second)) in pairs.enumerated() {
        votes[values[row * pairs.count + pair] > 0 ? first : second] += 1
      }
      return votes.indices.max { (votes[$0], $1) < (votes[$1], $0) }!
    }
  }

  /// One value a class, row-major [samples, classes], larger for a likelier class: the class's votes, and between
  /// classes of as many votes the sum of its decision values, squeezed into less than a third of a vote by
  /// s / (3 (|s| + 1)). scikit-learn's `decision_function` with the shape 'ovr', which for two classes gives one
  /// column instead. There a value of exactly 0 is a vote for the first of the pair.
  public var oneVersusRest: [Double] {
    let pairs = ClassPairs.all(classes: classCount)
    var result = [Double](repeating: 0, count: rowCount * classCount)
    var confidences = [Double](repeating: 0, count: classCount)
    for row in 0..<rowCount {
      for place in confidences.indices { confidences[place] = 0 }
      for (pair, (first, second)) in pairs.enumerated() {
        let value = values[row * pairs.count + pair]
        confidences[first] += value
        confidences[second] -= value
        result[row * classCount + (value < 0 ? second : first)] += 1
      }
      for (place, confidence) in confidences.enumerated() {
        result[row * classCount + place] += confidence / (3 * (abs(confidence) + 1))
      }
    }
    return result
  }
}
