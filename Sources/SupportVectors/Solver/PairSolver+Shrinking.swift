extension PairSolver {
  /// How many tolerances from the optimum all points are brought back once and shrinking starts afresh: by then it
  /// is clearer which points stay at their bounds (Chang and Lin, section 5.1).
  private static var unshrinkingFactor: Double { 10 }

  /// Leaves out the points at a bound whose gradient says that they will stay there: those that could only fall though
  /// their gradient is above all that may grow, and those that could only grow though theirs is below all that may
  /// fall.
  func shrink() {
    let (largest, smallest) = gradientRange()
    if !hasUnshrunk, largest - smallest <= Self.unshrinkingFactor * settings.tolerance {
      hasUnshrunk = true
      activateAll()
    }
    var point = 0
    while point < activeCount {
      if willStay(point, largest: largest, smallest: smallest) {
        activeCount -= 1
        points.swapAt(point, activeCount)
      } else {
        point += 1
      }
    }
  }

  private func willStay(_ point: Int, largest: Double, smallest: Double) -> Bool {
    if points.coefficient[point] == points.upper[point] { return points.gradient[point] > largest }
    if points.coefficient[point] == points.lower[point] { return points.gradient[point] < smallest }
    return false
  }

  /// Brings all points back, with their gradients: y less the part of the bounded points, which was kept, less that
  /// of the free points, all of which are active (Chang and Lin, section 5.3).
  func activateAll() {
    guard activeCount < points.count else { return }
    let inactive = activeCount..<points.count
    for point in inactive { points.gradient[point] = points.sign[point] - points.boundedPart[point] }
    let (gradient, position) = (points.gradient, points.position)
    for free in 0..<activeCount where points.isFree(free) {
      let kernel = row(free)
      let coefficient = points.coefficient[free]
      for point in inactive { gradient[point] -= coefficient * Double(kernel[Int(position[point])]) }
    }
    activeCount = points.count
  }
}
