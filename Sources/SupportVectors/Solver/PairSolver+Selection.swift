extension PairSolver {
  /// The two points of the next step, first the one whose coefficient grows: of those that may grow the one with the
  /// largest gradient, and of those that may fall the one with which the objective gains most (Fan, Chen, Lin, "WSS
  /// 2"). Of equals the later one.
  ///
  /// - Returns: nil where the active points are optimal within the tolerance.
  func selectPair() -> (first: Int, second: Int)? {
    let (coefficient, gradient) = (points.coefficient, points.gradient)
    let (lower, upper, position) = (points.lower, points.upper, points.position)
    var first = -1
    var largest = -Double.infinity
    for point in 0..<activeCount where coefficient[point] < upper[point] && gradient[point] >= largest {
      largest = gradient[point]
      first = point
    }
    guard first >= 0 else { return nil }
    let kernel = row(first)
    var second = -1
    var mostGain = 0.0
    var smallest = Double.infinity
    for point in 0..<activeCount where coefficient[point] > lower[point] {
      let value = gradient[point]
      if value < smallest { smallest = value }
      let difference = largest - value
      if difference > 0 {
        let gain = difference * difference / Self.curvature(kernel[Int(position[point])])
        if gain >= mostGain {
          mostGain = gain
          second = point
        }
      }
    }
    guard second >= 0, largest - smallest >= settings.tolerance else { return nil }
    return (first, second)
  }

  /// The largest gradient of the active points whose coefficient may grow, and the smallest of those whose
  /// coefficient may fall: m(α) and M(α) of the papers. At the optimum the first is not above the second.
  func gradientRange() -> (largest: Double, smallest: Double) {
    var (largest, smallest) = (-Double.infinity, Double.infinity)
    for point in 0..<activeCount {
      if points.coefficient[point] < points.upper[point] { largest = max(largest, points.gradient[point]) }
      if points.coefficient[point] > points.lower[point] { smallest = min(smallest, points.gradient[point]) }
    }
    return (largest, smallest)
  }

  /// Active points that violate optimality most, from both ends: the next steps will ask for their rows.
  func likelyNext() -> [Int] {
    let wanted = PackedPoints.panelWidth
    let growing = (0..<activeCount).filter { points.coefficient[$0] < points.upper[$0] }
      .sorted { points.gradient[$0] > points.gradient[$1] }.prefix(wanted)
    let falling = (0..<activeCount).filter { points.coefficient[$0] > points.lower[$0] }
      .sorted { points.gradient[$0] < points.gradient[$1] }.prefix(wanted)
    var chosen: [Int] = []
    for rank in 0..<wanted {
      if rank < growing.count { chosen.append(growing[rank]) }
      if rank < falling.count { chosen.append(falling[rank]) }
    }
    return chosen
  }
}
