import Synchronization
import Tensors

/// Solves all pairs of classes with the kernel values that memory allows.
struct PairTrainer {
  let points: KernelPoints
  let grouping: ClassGrouping
  let gamma: Double
  let settings: SupportVectorClassifier.Settings
  let pool: WorkerPool
  let report: @Sendable (SupportVectorClassifier.TrainingEvent) -> Void
  let isCancelled: @Sendable () -> Bool

  private typealias Pair = (first: Int, second: Int)
  private var pairs: [Pair] { ClassPairs.all(classes: grouping.classes.count) }

  /// One solution a pair, in order.
  func solveAll() throws(SupportVectorError) -> [PairSolution] {
    if GramMatrix.byteCount(points: points.count) <= settings.kernelMemoryBytes {
      return try solveWithAllValues()
    }
    var solutions: [PairSolution] = []
    for pair in pairs { solutions.append(try solveAlone(pair, solved: solutions.count)) }
    return solutions
  }

  /// All kernel values once; then the pairs side by side, each on one worker, the largest first.
  private func solveWithAllValues() throws(SupportVectorError) -> [PairSolution] {
    let matrix = try GramMatrix(
      points, gamma: gamma, pool: pool, report: { report(.kernelComputed(blocks: $0, of: $1)) },
      isCancelled: isCancelled)
    let pairs = self.pairs
    let order = pairs.indices.sorted { (sampleCount(pairs[$0]), $1) > (sampleCount(pairs[$1]), $0) }
    let next = Atomic<Int>(0)
    let outcome = Mutex<(solutions: [PairSolution?], solved: Int, error: SupportVectorError?)>(
      (Array(repeating: nil, count: pairs.count), 0, nil))
    pool.forEachWorker { _ in
      while true {
        let rank = next.add(1, ordering: .relaxed).oldValue
        guard rank < order.count, outcome.withLock({ $0.error == nil }) else { return }
        let pair = pairs[order[rank]]
        let positions = Array(grouping.ranges[pair.first]) + Array(grouping.ranges[pair.second])
        outcome.withLock { _ in start(pair) }
        do throws(SupportVectorError) {
          let solution = try solve(pair, rows: matrix, positions: positions)
          outcome.withLock {
            $0.solutions[order[rank]] = solution
            $0.solved += 1
            finish(pair, solution, solved: $0.solved)
          }
        } catch {
          outcome.withLock { $0.error = error }
        }
      }
    }
    return try outcome.withLock { outcome throws(SupportVectorError) in
      if let error = outcome.error { throw error }
      return outcome.solutions.map { $0! }
    }
  }

  /// One pair with kernel values of its own, all of them or the rows that fit; the workers share the kernel.
  private func solveAlone(_ pair: Pair, solved: Int) throws(SupportVectorError) -> PairSolution {
    start(pair)
    let members = Array(grouping.ranges[pair.first]) + Array(grouping.ranges[pair.second])
    let own = KernelPoints(points, selecting: members, pool: pool)
    let positions = Array(0..<own.count)
    let solution: PairSolution
    if GramMatrix.byteCount(points: own.count) <= settings.kernelMemoryBytes {
      let matrix = try GramMatrix(own, gamma: gamma, pool: pool, isCancelled: isCancelled)
      solution = try solve(pair, rows: matrix, positions: positions)
    } else {
      let cache = KernelRowCache(own, gamma: gamma, byteLimit: settings.kernelMemoryBytes, pool: pool)
      solution = try solve(pair, rows: cache, positions: positions)
    }
    finish(pair, solution, solved: solved + 1)
    return solution
  }

  private func solve(
    _ pair: Pair, rows: some KernelRows, positions: [Int]
  ) throws(SupportVectorError) -> PairSolution {
    let solver = PairSolver(
      rows: rows, positions: positions, firstClassCount: grouping.ranges[pair.first].count,
      settings: settings.pairSettings(pointCount: positions.count))
    return try solver.solve(isCancelled: isCancelled)
  }

  private func sampleCount(_ pair: Pair) -> Int {
    grouping.ranges[pair.first].count + grouping.ranges[pair.second].count
  }

  private func start(_ pair: Pair) {
    report(
      .pairStarted(
        first: grouping.classes[pair.first], second: grouping.classes[pair.second], samples: sampleCount(pair)
      ))
  }

  private func finish(_ pair: Pair, _ solution: PairSolution, solved: Int) {
    let summary = SupportVectorClassifier.PairReport(
      solution, first: grouping.classes[pair.first], second: grouping.classes[pair.second])
    report(.pairSolved(summary, solved: solved, of: pairs.count))
  }
}
