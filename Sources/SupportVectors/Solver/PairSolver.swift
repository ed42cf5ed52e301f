/// Separates two classes: solves the dual problem of C-SVC by sequential minimal optimisation, two variables a step,
/// which are chosen by second-order information (R.-E. Fan, P.-H. Chen, C.-J. Lin, "Working Set Selection Using
/// Second Order Information for Training Support Vector Machines", JMLR 6, 2005, algorithm 2 with selection
/// "WSS 2"), with the shrinking and the reconstruction of the gradient of LIBSVM (Chang and Lin, section 5).
///
/// The kernel is 1 between a point and itself. See ``PairPoints`` for the variables; in them a step is
/// β_i + λ, β_j - λ (L. Bottou, C.-J. Lin, "Support Vector Machine Solvers", 2007, section 7.1).
final class PairSolver<Rows: KernelRows> {
  let rows: Rows
  let points: PairPoints
  let settings: PairSettings
  /// The points before this number take part in the steps.
  var activeCount: Int
  /// Whether all points were brought back once, close to the optimum.
  var hasUnshrunk = false

  /// Where a curvature is not above 0: the paper's τ.
  private static var smallestCurvature: Double { 1e-12 }
  /// Steps between two looks at whether the caller wants to stop.
  private static var iterationsPerCheck: Int { 256 }
  /// Steps between two shrinkings, in problems of at least as many points.
  private static var iterationsPerShrinking: Int { 1000 }

  /// - Parameters:
  ///   - positions: The points' places in the kernel's rows, those of the first class first.
  ///   - firstClassCount: How many points belong to the first class.
  init(rows: Rows, positions: [Int], firstClassCount: Int, settings: PairSettings) {
    self.rows = rows
    self.settings = settings
    points = PairPoints(positions: positions, firstClassCount: firstClassCount, cost: settings.cost)
    activeCount = points.count
  }

  /// Finds the separation.
  ///
  /// - Throws: ``SupportVectorError/cancelled``.
  func solve(isCancelled: () -> Bool) throws(SupportVectorError) -> PairSolution {
    let interval = min(points.count, Self.iterationsPerShrinking)
    var untilShrinking = interval
    var iterations = 0
    var hasConverged = false
    while iterations < settings.maximumIterations {
      if iterations % Self.iterationsPerCheck == 0, isCancelled() { throw .cancelled }
      if untilShrinking == 0 {
        untilShrinking = interval
        if settings.usesShrinking { shrink() }
      }
      untilShrinking -= 1
      var selection = selectPair()
      if selection == nil {
        // Optimal among the active points. Among all?
        activateAll()
        selection = selectPair()
        untilShrinking = 0
      }
      guard let (first, second) = selection else {
        hasConverged = true
        break
      }
      step(first, second)
      iterations += 1
    }
    activateAll()
    return solution(iterations: iterations, hasConverged: hasConverged)
  }

  /// The step from a pair: to the optimum along its direction, or as far as the bounds allow.
  private func step(_ first: Int, _ second: Int) {
    let firstRow = row(first)
    let secondRow = row(second)
    let coefficient = points.coefficient
    let curvature = Self.curvature(firstRow[Int(points.position[second])])
    let wanted = (points.gradient[first] - points.gradient[second]) / curvature
    let roomOfFirst = points.upper[first] - coefficient[first]
    let roomOfSecond = coefficient[second] - points.lower[second]
    let length = min(wanted, roomOfFirst, roomOfSecond)
    let wereBounded = (points.isBounded(first), points.isBounded(second))
    let before = (coefficient[first], coefficient[second])
    // At a bound exactly, so that it is recognised as such.
    coefficient[first] =
      length == roomOfFirst ? points.upper[first] : min(before.0 + length, points.upper[first])
    coefficient[second] =
      length == roomOfSecond ? points.lower[second] : max(before.1 - length, points.lower[second])
    let (gradient, position) = (points.gradient, points.position)
    for point in 0..<activeCount {
      let place = Int(position[point])
      gradient[point] -= length * (Double(firstRow[place]) - Double(secondRow[place]))
    }
    moveBoundedPart(first, row: firstRow, before: before.0, wasBounded: wereBounded.0)
    moveBoundedPart(second, row: secondRow, before: before.1, wasBounded: wereBounded.1)
  }

  /// Keeps ``PairPoints/boundedPart`` when a point has come to |β| = C or left it.
  private func moveBoundedPart(
    _ moved: Int, row: UnsafePointer<Float>, before: Double, wasBounded: Bool
  ) {
    let isBounded = points.isBounded(moved)
    guard settings.usesShrinking, isBounded != wasBounded else { return }
    let change = isBounded ? points.coefficient[moved] : -before
    let (boundedPart, position) = (points.boundedPart, points.position)
    for point in 0..<points.count { boundedPart[point] += change * Double(row[Int(position[point])]) }
  }

  /// |x_i - x_j|² in the kernel's space.
  static func curvature(_ kernelValue: Float) -> Double {
    let curvature = 2 - 2 * Double(kernelValue)
    return curvature > 0 ? curvature : smallestCurvature
  }

  /// The kernel's row of an active point.
  func row(_ point: Int) -> UnsafePointer<Float> {
    rows.row(Int(points.position[point])) { self.likelyNext().map { Int(self.points.position[$0]) } }
  }

  private func solution(iterations: Int, hasConverged: Bool) -> PairSolution {
    var coefficients = [Double](repeating: 0, count: points.count)
    var (sumOfFree, freeCount) = (0.0, 0)
    var objective = 0.0
    var boundedCount = 0
    for point in 0..<points.count {
      let coefficient = points.coefficient[point]
      coefficients[Int(points.original[point])] = coefficient
      objective -= coefficient * (points.gradient[point] + points.sign[point]) / 2
      if points.isBounded(point) { boundedCount += 1 }
      if points.isFree(point) {
        sumOfFree += points.gradient[point]
        freeCount += 1
      }
    }
    let (largest, smallest) = gradientRange()
    // Where no point is free the paper takes the middle of what is possible (section 4.1.5).
    let intercept = freeCount > 0 ? sumOfFree / Double(freeCount) : (largest + smallest) / 2
    return PairSolution(
      coefficients: coefficients, boundedCount: boundedCount, intercept: intercept, iterations: iterations,
      objective: objective,
      violation: max(0, largest - smallest), hasConverged: hasConverged)
  }
}
