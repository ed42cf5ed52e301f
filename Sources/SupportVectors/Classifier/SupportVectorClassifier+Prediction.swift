import CKernels
import Synchronization
import Tensors

extension SupportVectorClassifier {
  /// The label of each sample.
  ///
  /// - Throws: As ``decisionValues(of:pool:report:isCancelled:)``.
  public func predict(
    _ samples: FeatureMatrix, pool: WorkerPool = WorkerPool(),
    report: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) throws(SupportVectorError) -> [Int] {
    try decisionValues(of: samples, pool: pool, report: report, isCancelled: isCancelled)
      .predictedClasses.map { classes[$0] }
  }

  /// How far each sample lies on which side of each pair of classes.
  ///
  /// - Parameters:
  ///   - samples: One row a sample, scaled as the training samples were.
  ///   - report: Told how many of all blocks of samples are done; from any worker, one at a time.
  ///   - isCancelled: Asked before each block, from any worker.
  /// - Throws: ``SupportVectorError``: another number of features, a value that is no number, or `cancelled`.
  public func decisionValues(
    of samples: FeatureMatrix, pool: WorkerPool = WorkerPool(),
    report: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) throws(SupportVectorError) -> DecisionValues {
    guard samples.columnCount == featureCount else {
      throw .featureCount(expected: featureCount, actual: samples.columnCount)
    }
    try samples.checkValues()
    let pairCount = intercepts.count
    let width = KernelTile.columnCapacity
    let blockCount = (samples.rowCount + width - 1) / width
    let next = Atomic<Int>(0)
    let done = Mutex(0)
    let stopped = Atomic<Bool>(false)
    let values = [Double](unsafeUninitializedCapacity: samples.rowCount * pairCount) { buffer, initialized in
      nonisolated(unsafe) let buffer = buffer  // Each block writes the places of its own samples.
      pool.forEachWorker { _ in
        let work = PredictionWork(self)
        while true {
          let block = next.add(1, ordering: .relaxed).oldValue
          guard block < blockCount else { return }
          if isCancelled() { stopped.store(true, ordering: .relaxed) }
          if stopped.load(ordering: .relaxed) { return }
          let rows = block * width..<min((block + 1) * width, samples.rowCount)
          work.decide(
            samples, rows: rows,
            result: UnsafeMutableBufferPointer(
              rebasing: buffer[rows.lowerBound * pairCount..<rows.upperBound * pairCount]))
          done.withLock {
            $0 += 1
            report($0, blockCount)
          }
        }
      }
      initialized = stopped.load(ordering: .relaxed) ? 0 : buffer.count
    }
    if stopped.load(ordering: .relaxed) { throw .cancelled }
    return DecisionValues(rowCount: samples.rowCount, classCount: classes.count, values: values)
  }
}

/// One worker's buffers for predictions.
private final class PredictionWork {
  private let classifier: SupportVectorClassifier
  private let packed: PackedPoints
  private let tile = KernelTile()
  /// Coefficients times a tile of kernel values: [classes - 1, samples of the block].
  private let products: FloatStorage
  private let alone = WorkerPool(workerCount: 1)

  init(_ classifier: SupportVectorClassifier) {
    self.classifier = classifier
    packed = PackedPoints(capacity: KernelTile.columnCapacity, featureCount: classifier.featureCount)
    products = FloatStorage(zeros: (classifier.classes.count - 1) * KernelTile.columnCapacity)
  }

  /// The decision values of a block of samples, row-major [samples, pairs]. Sums of up to a tile are single
  /// precision, sums of tiles double.
  func decide(_ samples: FeatureMatrix, rows: Range<Int>, result: UnsafeMutableBufferPointer<Double>) {
    let points = KernelPoints(samples, rows: rows, centre: classifier.centre, pool: alone)
    packed.pack(points, 0..<points.count)
    for place in result.indices { result.initializeElement(at: place, to: 0) }
    for (own, range) in classifier.supportRanges.enumerated() {
      for start in stride(from: range.lowerBound, to: range.upperBound, by: KernelTile.rowCapacity) {
        let vectors = start..<min(start + KernelTile.rowCapacity, range.upperBound)
        tile.compute(classifier.supportPoints, rows: vectors, packed: packed, gamma: classifier.gamma)
        multiply(vectors)
        add(own, to: result)
      }
    }
    let pairCount = classifier.intercepts.count
    for place in result.indices { result[place] += classifier.intercepts[place % pairCount] }
  }

  private func multiply(_ vectors: Range<Int>) {
    for panel in 0..<packed.panelCount {
      kernel_multiply_packed(
        classifier.productCoefficients.base + vectors.lowerBound, classifier.supportVectorCount,
        classifier.classes.count - 1, vectors.count, tile.panel(panel), 1, 0,
        products.base + panel * PackedPoints.panelWidth, KernelTile.columnCapacity)
    }
  }

  private func add(_ own: Int, to result: UnsafeMutableBufferPointer<Double>) {
    let classCount = classifier.classes.count
    let pairCount = classifier.intercepts.count
    for row in 0..<classCount - 1 {
      let opponent = ClassPairs.opponent(of: own, row: row)
      let pair = ClassPairs.index(own, opponent, classes: classCount)
      let source = products.base + row * KernelTile.columnCapacity
      for sample in 0..<packed.count { result[sample * pairCount + pair] += Double(source[sample]) }
    }
  }
}
