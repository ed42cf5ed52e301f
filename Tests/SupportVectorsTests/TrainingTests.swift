import Synchronization
import Tensors
import Testing

@testable import SupportVectors

@Suite("Training and predicting")
struct TrainingTests {
  private static func train(
    _ samples: Samples, memory: Int = 1 << 30, workers: Int = 2, tolerance: Double = 1e-3
  ) throws -> SupportVectorClassifier.Training {
    var settings = SupportVectorClassifier.Settings()
    settings.kernelMemoryBytes = memory
    settings.tolerance = tolerance
    return try SupportVectorClassifier.train(
      on: samples.matrix, labels: samples.labels, settings: settings, pool: WorkerPool(workerCount: workers))
  }

  @Test("classes that lie apart are told apart")
  func separable() throws {
    let samples = try Samples(counts: [30, 50, 20, 40], features: 6, spread: 0.2, seed: 21)
    let classifier = try Self.train(samples).classifier
    #expect(try classifier.predict(samples.matrix) == samples.labels)
  }

  @Test("neither the number of workers nor the memory changes a bit")
  func invariance() throws {
    let samples = try Samples(counts: [110, 70, 90, 5], features: 20, spread: 1.5, seed: 22)
    let reference = try Self.train(samples, workers: 1)
    let decisions = try reference.classifier.decisionValues(
      of: samples.matrix, pool: WorkerPool(workerCount: 1))
    // All pairs at once; each pair's matrix; as few rows as may be.
    for (memory, workers) in [(1 << 30, 2), (1 << 30, 3), (200 * 200 * 4, 2), (1, 1), (1, 3)] {
      let other = try Self.train(samples, memory: memory, workers: workers)
      #expect(other.classifier.dualCoefficients == reference.classifier.dualCoefficients)
      #expect(other.classifier.intercepts == reference.classifier.intercepts)
      #expect(other.classifier.supportIndices == reference.classifier.supportIndices)
      #expect(other.pairs == reference.pairs)
      let pool = WorkerPool(workerCount: workers)
      #expect(try other.classifier.decisionValues(of: samples.matrix, pool: pool) == decisions)
    }
  }

  @Test("decision values are the kernel's sum by definition, over many blocks")
  func definition() throws {
    let samples = try Samples(counts: [300, 260], features: 7, spread: 2, seed: 23)
    let classifier = try Self.train(samples).classifier
    let decisions = try classifier.decisionValues(of: samples.matrix)
    for row in stride(from: 0, to: 560, by: 37) {
      var sum = classifier.intercepts[0]
      for (vector, index) in classifier.supportIndices.enumerated() {
        sum +=
          classifier.dualCoefficients[vector]
          * kernelValue(samples.matrix, row, index, gamma: classifier.gamma)
      }
      #expect(abs(decisions.values[row] - sum) < 2e-5)
    }
  }

  @Test("support vectors are rows of the training samples, class by class")
  func supportVectors() throws {
    let samples = try Samples(counts: [20, 30, 25], features: 3, offset: 9, seed: 24)
    let classifier = try Self.train(samples).classifier
    #expect(classifier.supportCounts.reduce(0, +) == classifier.supportVectorCount)
    for (vector, index) in classifier.supportIndices.enumerated() {
      let own = classifier.supportRanges.firstIndex { $0.contains(vector) }
      #expect(samples.labels[index] == own)
      for (value, column) in zip(classifier.supportVector(vector), 0..<3) {
        #expect(abs(value - samples.matrix[index, column]) < 1e-5)
      }
    }
  }

  @Test("every pair is begun, reported and counted", arguments: [1 << 30, 1])
  func events(_ memory: Int) throws {
    let samples = try Samples(counts: [20, 30, 25, 15], features: 3, seed: 25)
    let events = Mutex<[SupportVectorClassifier.TrainingEvent]>([])
    var settings = SupportVectorClassifier.Settings()
    settings.kernelMemoryBytes = memory
    let training = try SupportVectorClassifier.train(
      on: samples.matrix, labels: samples.labels.map { $0 * 10 }, settings: settings,
      pool: WorkerPool(workerCount: 2), report: { event in events.withLock { $0.append(event) } })
    var (started, solved, blocks) = (Set<[Int]>(), 0, 0)
    for event in events.withLock({ $0 }) {
      switch event {
      case .kernelComputed(let done, let total):
        blocks += 1
        #expect(done == blocks && total == 1)
      case .pairStarted(let first, let second, _): started.insert([first, second])
      case .pairSolved(let report, let count, let total):
        solved += 1
        #expect(count == solved && total == 6)
        #expect(started.contains([report.first, report.second]))
        #expect(training.pairs.contains(report))
        #expect(report.hasConverged && report.violation < 1e-3)
      }
    }
    #expect(solved == 6)
    #expect(blocks == (memory == 1 ? 0 : 1))
    #expect(
      training.pairs.map { [$0.first, $0.second] } == [
        [0, 10], [0, 20], [0, 30], [10, 20], [10, 30], [20, 30],
      ])
  }

  @Test("training and predicting stop when asked to")
  func cancelled() throws {
    let samples = try Samples(counts: [20, 30], features: 3, seed: 26)
    for memory in [1 << 30, 1] {
      var settings = SupportVectorClassifier.Settings()
      settings.kernelMemoryBytes = memory
      #expect(throws: SupportVectorError.cancelled) {
        try SupportVectorClassifier.train(
          on: samples.matrix, labels: samples.labels, settings: settings, isCancelled: { true })
      }
    }
    let classifier = try Self.train(samples).classifier
    #expect(throws: SupportVectorError.cancelled) {
      try classifier.predict(samples.matrix, isCancelled: { true })
    }
    // After all the kernel's values: the solvers themselves.
    let asked = Atomic<Int>(0)
    #expect(throws: SupportVectorError.cancelled) {
      try SupportVectorClassifier.train(
        on: samples.matrix, labels: samples.labels,
        isCancelled: { asked.add(1, ordering: .relaxed).oldValue > 0 })
    }
  }

  @Test("no samples to predict give no predictions")
  func nothing() throws {
    let classifier = try Self.train(try Samples(counts: [5, 5], features: 3, seed: 27)).classifier
    #expect(try classifier.predict(FeatureMatrix(rows: 0, columns: 3, values: [])) == [])
  }

  @Test("labels, samples and settings that make no sense are refused")
  func refused() throws {
    let samples = try Samples(counts: [5, 5], features: 3, seed: 28)
    func training(_ labels: [Int], _ change: (inout SupportVectorClassifier.Settings) -> Void = { _ in })
      throws
    {
      var settings = SupportVectorClassifier.Settings()
      change(&settings)
      _ = try SupportVectorClassifier.train(on: samples.matrix, labels: labels, settings: settings)
    }
    #expect(throws: SupportVectorError.labelCount(expected: 10, actual: 9)) {
      try training(Array(repeating: 0, count: 9))
    }
    #expect(throws: SupportVectorError.tooFewClasses(1)) { try training(Array(repeating: 0, count: 10)) }
    #expect(throws: SupportVectorError.self) { try training(samples.labels) { $0.cost = 0 } }
    #expect(throws: SupportVectorError.self) { try training(samples.labels) { $0.cost = .nan } }
    #expect(throws: SupportVectorError.self) { try training(samples.labels) { $0.tolerance = -1 } }
    #expect(throws: SupportVectorError.self) {
      try training(samples.labels) { $0.kernelWidth = .value(.infinity) }
    }
    #expect(throws: SupportVectorError.self) { try training(samples.labels) { $0.kernelMemoryBytes = 0 } }
    #expect(throws: SupportVectorError.self) { try training(samples.labels) { $0.maximumIterations = 0 } }
    let broken = try FeatureMatrix(rows: 2, columns: 1, values: [1, .nan])
    #expect(throws: SupportVectorError.valueOutOfRange(row: 1, column: 0)) {
      try SupportVectorClassifier.train(on: broken, labels: [0, 1])
    }
    let classifier = try Self.train(samples).classifier
    #expect(throws: SupportVectorError.featureCount(expected: 3, actual: 1)) {
      try classifier.predict(broken)
    }
    let many = try FeatureMatrix(rows: 1001, columns: 1) { _, _ in }
    #expect(throws: SupportVectorError.tooManyClasses(found: 1001, allowed: 1000)) {
      try SupportVectorClassifier.train(on: many, labels: Array(0..<1001))
    }
  }
}

@Suite("From decision values to classes")
struct DecisionValuesTests {
  @Test("the class with most votes wins, of equals the first")
  func votes() {
    // Pairs (0, 1), (0, 2), (1, 2): every class has one vote; then class 2 two; then 1.
    let decisions = DecisionValues(rowCount: 3, classCount: 3, values: [1, -1, 1, 1, -2, -3, -1, 5, 1])
    #expect(decisions.predictedClasses == [0, 2, 1])
  }

  @Test("a value of 0 is a vote for the second in predictions, for the first in one versus rest")
  func zero() {
    let decisions = DecisionValues(rowCount: 1, classCount: 2, values: [0])
    #expect(decisions.predictedClasses == [1])
    #expect(decisions.oneVersusRest == [1, 0])
  }

  @Test("one versus rest orders by votes, then by confidence")
  func oneVersusRest() {
    let values = DecisionValues(rowCount: 1, classCount: 3, values: [1, -1, 4]).oneVersusRest
    // Sums 0, 3 and -3 beside one vote each.
    #expect(agree(values, [1, 1 + 0.25, 1 - 0.25], within: 1e-12))
  }

  @Test("pairs are numbered in order", arguments: [2, 3, 7])
  func pairs(_ classes: Int) {
    let pairs = ClassPairs.all(classes: classes)
    #expect(pairs.count == ClassPairs.count(classes: classes))
    for (index, pair) in pairs.enumerated() {
      #expect(ClassPairs.index(pair.first, pair.second, classes: classes) == index)
      #expect(ClassPairs.index(pair.second, pair.first, classes: classes) == index)
      for (own, other) in [(pair.first, pair.second), (pair.second, pair.first)] {
        #expect(
          ClassPairs.opponent(of: own, row: ClassPairs.coefficientRow(of: own, against: other)) == other)
      }
    }
  }
}
