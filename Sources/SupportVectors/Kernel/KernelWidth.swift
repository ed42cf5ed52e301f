/// How gamma, the kernel's factor in exp(-gamma |x - y|²), is chosen; the names of scikit-learn's `SVC`.
public enum KernelWidth: Sendable, Equatable {
  /// 1 / (features x variance of all training values); 1 where they are all the same.
  case scale
  /// 1 / features.
  case automatic
  /// A number, above 0.
  case value(Double)

  /// Gamma for the training samples.
  func gamma(for samples: FeatureMatrix) -> Double {
    switch self {
    case .value(let gamma): return gamma
    case .automatic: return 1 / Double(samples.columnCount)
    case .scale:
      let variance = samples.variance
      return variance == 0 ? 1 : 1 / (Double(samples.columnCount) * variance)
    }
  }
}

extension FeatureMatrix {
  /// The variance of all values, whatever their row and column (divided by their number, not one less).
  var variance: Double {
    storage.withValues { values in
      guard !values.isEmpty else { return 0 }
      var sum = 0.0
      for value in values { sum += Double(value) }
      let mean = sum / Double(values.count)
      var squares = 0.0
      for value in values {
        let distance = Double(value) - mean
        squares += distance * distance
      }
      return squares / Double(values.count)
    }
  }

  /// The mean of each column.
  var columnMeans: [Float] {
    var sums = [Double](repeating: 0, count: columnCount)
    sums.withUnsafeMutableBufferPointer { sums in
      for row in 0..<rowCount {
        withRow(row) { values in for column in values.indices { sums[column] += Double(values[column]) } }
      }
    }
    return sums.map { Float($0 / Double(max(rowCount, 1))) }
  }
}
