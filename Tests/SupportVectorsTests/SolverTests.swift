import Tensors
import Testing

@testable import SupportVectors

@Suite("The solver of two classes")
struct SolverTests {
  struct Problem {
    let samples: Samples
    let order: [Int]
    let firstCount: Int
    let kernel: GramMatrix
    let gamma = 0.15

    init(_ counts: [Int], spread: Float = 1.2, seed: UInt64) throws {
      let samples = try Samples(counts: counts, features: 5, spread: spread, seed: seed)
      self.samples = samples
      order =
        samples.labels.indices.filter { samples.labels[$0] == 0 }
        + samples.labels.indices.filter { samples.labels[$0] == 1 }
      firstCount = counts[0]
      let pool = WorkerPool(workerCount: 1)
      kernel = try GramMatrix(
        KernelPoints(samples.matrix, rows: order, centre: samples.matrix.columnMeans, pool: pool),
        gamma: gamma,
        pool: pool)
    }

    func solver(cost: Double, tolerance: Double = 1e-6, shrinking: Bool = true) -> PairSolver<GramMatrix> {
      PairSolver(
        rows: kernel, positions: Array(order.indices), firstClassCount: firstCount,
        settings: PairSettings(
          cost: cost, tolerance: tolerance, usesShrinking: shrinking, maximumIterations: 10_000_000))
    }

    /// y - Kβ by definition.
    func gradients(_ coefficients: [Double]) -> [Double] {
      order.indices.map { point in
        let row = kernel.row(point) { [] }
        let sum = coefficients.indices.reduce(0.0) { $0 + coefficients[$1] * Double(row[$1]) }
        return (point < firstCount ? 1 : -1) - sum
      }
    }
  }

  @Test(
    "the solution fulfils the conditions of Karush, Kuhn and Tucker", arguments: [0.01, 1, 30], [true, false])
  func optimality(_ cost: Double, _ shrinking: Bool) throws {
    let problem = try Problem([90, 60], seed: 11)
    let tolerance = 1e-6
    let solution = try problem.solver(cost: cost, tolerance: tolerance, shrinking: shrinking)
      .solve { false }
    #expect(solution.hasConverged)
    #expect(abs(solution.coefficients.reduce(0, +)) < 1e-9 * cost * 150)
    let gradients = problem.gradients(solution.coefficients)
    var (mayGrow, mayFall) = (-Double.infinity, Double.infinity)
    for (point, coefficient) in solution.coefficients.enumerated() {
      let range = point < problem.firstCount ? 0...cost : -cost...0
      #expect(range.contains(coefficient))
      if coefficient < range.upperBound { mayGrow = max(mayGrow, gradients[point]) }
      if coefficient > range.lowerBound { mayFall = min(mayFall, gradients[point]) }
    }
    #expect(mayGrow - mayFall < tolerance + 1e-9 * cost * 150)
    #expect(abs(solution.violation - max(0, mayGrow - mayFall)) < 1e-9 * cost * 150)
    #expect(
      (mayFall - 2 * tolerance...mayGrow + 2 * tolerance).contains(solution.intercept) || mayGrow < mayFall)
  }

  @Test("free points lie on the margin, and the objective is what it says")
  func margin() throws {
    let problem = try Problem([50, 50], seed: 12)
    let solution = try problem.solver(cost: 1).solve { false }
    let gradients = problem.gradients(solution.coefficients)
    var objective = 0.0
    for (point, coefficient) in solution.coefficients.enumerated() {
      let sign = point < problem.firstCount ? 1.0 : -1
      let decision = sign - gradients[point] + solution.intercept
      if abs(coefficient) > 0, abs(coefficient) < 1 { #expect(abs(decision - sign) < 1e-5) }
      if coefficient == 0 { #expect(sign * decision > 1 - 1e-5) }
      if abs(coefficient) == 1 { #expect(sign * decision < 1 + 1e-5) }
      objective += coefficient * (sign - gradients[point]) / 2 - abs(coefficient)
    }
    #expect(abs(objective - solution.objective) < 1e-8)
    #expect(solution.boundedCount == solution.coefficients.count { abs($0) == 1 })
  }

  @Test("shrinking changes the way, not the place", arguments: [0.5, 5, 100])
  func shrinking(_ cost: Double) throws {
    let problem = try Problem([140, 110], seed: 13)
    let shrinking = problem.solver(cost: cost)
    let with = try shrinking.solve { false }
    let without = try problem.solver(cost: cost, shrinking: false).solve { false }
    #expect(shrinking.hasUnshrunk, "points were left out and brought back")
    #expect(abs(with.objective / without.objective - 1) < 1e-8)
    #expect(abs(with.intercept - without.intercept) < 1e-5)
    #expect(agree(with.coefficients, without.coefficients, within: 1e-4 * cost))
  }

  @Test("points that were left out get their gradients back")
  func reconstruction() throws {
    let problem = try Problem([140, 110], spread: 0.9, seed: 14)
    var fewest = 250
    // Stopped at many places, among them some with points left out.
    for iterations in stride(from: 260, to: 1400, by: 95) {
      let solver = PairSolver(
        rows: problem.kernel, positions: Array(problem.order.indices), firstClassCount: problem.firstCount,
        settings: PairSettings(cost: 1, tolerance: 1e-9, usesShrinking: true, maximumIterations: iterations))
      let solution = try solver.solve {
        fewest = min(fewest, solver.activeCount)
        return false
      }
      let expected = problem.gradients(solution.coefficients)
      for point in 0..<250 {
        let original = Int(solver.points.original[point])
        #expect(abs(solver.points.gradient[point] - expected[original]) < 1e-9)
      }
    }
    #expect(fewest < 250)
  }

  @Test("points that were left out wrongly are taken back before the end")
  func recheck() throws {
    let problem = try Problem([140, 110], seed: 17)
    let whole = try problem.solver(cost: 1).solve { false }
    // Thirty points of each class take part; no other is looked at before they are separated.
    let solver = problem.solver(cost: 1)
    for point in 0..<30 { solver.points.swapAt(30 + point, 140 + point) }
    solver.activeCount = 60
    let solution = try solver.solve { false }
    #expect(solution.hasConverged && solution.violation < 1e-6)
    #expect(abs(solution.objective / whole.objective - 1) < 1e-8)
    #expect(agree(solution.coefficients, whole.coefficients, within: 1e-4))
  }

  @Test("an easy separation leaves far points without a coefficient")
  func easy() throws {
    let problem = try Problem([60, 60], spread: 0.1, seed: 15)
    let solution = try problem.solver(cost: 10).solve { false }
    #expect(solution.coefficients.count { $0 != 0 } < 40)
    #expect(solution.boundedCount == 0)
  }

  @Test("it gives up after as many steps as it may take, and stops when asked to")
  func stops() throws {
    let problem = try Problem([60, 60], seed: 16)
    let solver = PairSolver(
      rows: problem.kernel, positions: Array(problem.order.indices), firstClassCount: 60,
      settings: PairSettings(cost: 1, tolerance: 1e-9, usesShrinking: true, maximumIterations: 10))
    let solution = try solver.solve { false }
    #expect(!solution.hasConverged)
    #expect(solution.iterations == 10)
    #expect(solution.violation > 1e-9)
    #expect(throws: SupportVectorError.cancelled) { try problem.solver(cost: 1).solve { true } }
  }
}
