import Tensors

extension SupportVectorClassifier {
  /// A trained classifier and how its pairs of classes went, in the order of ``intercepts``.
  public struct Training: Sendable {
    /// The classifier.
    public let classifier: SupportVectorClassifier
    /// One report a pair of classes.
    public let pairs: [PairReport]
  }

  /// Trains a classifier.
  ///
  /// The result does not depend on the number of workers, nor on the memory for the kernel.
  ///
  /// - Parameters:
  ///   - samples: One row a sample; scaled by whoever calls (``MinMaxScaler``).
  ///   - labels: The class of each sample, any numbers.
  ///   - report: Told what happens, from any worker, one at a time.
  ///   - isCancelled: Asked often, from any worker, whether to stop.
  /// - Throws: ``SupportVectorError`` for labels, values or settings that make no sense, or `cancelled`.
  public static func train(
    on samples: FeatureMatrix, labels: [Int], settings: Settings = Settings(),
    pool: WorkerPool = WorkerPool(),
    report: @escaping @Sendable (TrainingEvent) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(SupportVectorError) -> Training {
    try settings.check()
    guard labels.count == samples.rowCount else {
      throw .labelCount(expected: samples.rowCount, actual: labels.count)
    }
    let grouping = try ClassGrouping(labels: labels)
    try samples.checkValues()
    let centre = samples.columnMeans
    let points = KernelPoints(samples, rows: grouping.order, centre: centre, pool: pool)
    let gamma = settings.kernelWidth.gamma(for: samples)
    let trainer = PairTrainer(
      points: points, grouping: grouping, gamma: gamma, settings: settings, pool: pool, report: report,
      isCancelled: isCancelled)
    let solutions = try trainer.solveAll()
    return Training(
      classifier: assemble(
        solutions, grouping: grouping, points: points, centre: centre, gamma: gamma, pool: pool),
      pairs: zip(ClassPairs.all(classes: grouping.classes.count), solutions).map { pair, solution in
        PairReport(solution, first: grouping.classes[pair.first], second: grouping.classes[pair.second])
      })
  }

  /// Keeps the points that any pair needs and puts the pairs' coefficients side by side.
  private static func assemble(
    _ solutions: [PairSolution], grouping: ClassGrouping, points: KernelPoints, centre: [Float],
    gamma: Double,
    pool: WorkerPool
  ) -> SupportVectorClassifier {
    let classCount = grouping.classes.count
    let count = points.count
    var coefficients = [Double](repeating: 0, count: (classCount - 1) * count)
    for (pair, solution) in zip(ClassPairs.all(classes: classCount), solutions) {
      let (first, second) = (grouping.ranges[pair.first], grouping.ranges[pair.second])
      let firstRow = ClassPairs.coefficientRow(of: pair.first, against: pair.second) * count
      let secondRow = ClassPairs.coefficientRow(of: pair.second, against: pair.first) * count
      for (value, point) in zip(solution.coefficients, first) { coefficients[firstRow + point] = value }
      for (value, point) in zip(solution.coefficients.dropFirst(first.count), second) {
        coefficients[secondRow + point] = value
      }
    }
    let isSupport = { point in (0..<classCount - 1).contains { coefficients[$0 * count + point] != 0 } }
    let kept = (0..<count).filter(isSupport)
    return SupportVectorClassifier(
      classes: grouping.classes, gamma: gamma, supportIndices: kept.map { grouping.order[$0] },
      supportCounts: grouping.ranges.map { range in kept.count { range.contains($0) } },
      dualCoefficients: (0..<classCount - 1).flatMap { row in kept.map { coefficients[row * count + $0] } },
      intercepts: solutions.map(\.intercept), centre: centre,
      supportPoints: KernelPoints(points, selecting: kept, pool: pool))
  }
}

extension SupportVectorClassifier.PairReport {
  init(_ solution: PairSolution, first: Int, second: Int) {
    self.init(
      first: first, second: second, sampleCount: solution.coefficients.count, iterations: solution.iterations,
      supportVectorCount: solution.coefficients.count { $0 != 0 },
      boundedCount: solution.boundedCount, objective: solution.objective, violation: solution.violation,
      hasConverged: solution.hasConverged)
  }
}
