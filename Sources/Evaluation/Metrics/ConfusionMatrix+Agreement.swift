extension ConfusionMatrix {
  /// The share of samples on the diagonal; nil without samples.
  public var accuracy: Double? { total > 0 ? Double(correct) / Double(total) : nil }

  /// The mean recall of the classes that have samples, as scikit-learn's `balanced_accuracy_score`; nil
  /// without samples.
  public var balancedAccuracy: Double? {
    let recalls = zip(counts.indices, supports).compactMap { index, support in
      support > 0 ? Double(counts[index][index]) / Double(support) : nil
    }
    return recalls.isEmpty ? nil : recalls.reduce(0, +) / Double(recalls.count)
  }

  /// Agreement beyond chance: 1 is perfect, 0 is what guessing by the same frequencies would reach.
  ///
  /// Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
  /// Measurement 20 (1960), equation 1. Nil where chance alone would agree everywhere (one class only).
  public var cohenKappa: Double? {
    guard total > 0 else { return nil }
    let count = Double(total)
    let expected = zip(supports, predictedCounts).reduce(0.0) { sum, margins in
      sum + Double(margins.0) / count * (Double(margins.1) / count)
    }
    let disagreement = 1 - expected
    let onlyOneClass = zip(supports, predictedCounts).contains { $0 == total && $1 == total }
    guard !onlyOneClass, disagreement > 0 else { return nil }
    return 1 - (1 - Double(correct) / count) / disagreement
  }
}
