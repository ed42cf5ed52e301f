/// What the solver of one pair of classes has to know besides its points.
struct PairSettings: Sendable {
  /// C, the upper bound of every dual variable.
  var cost: Double
  /// The solver stops where no two points violate the optimality condition by as much as this.
  var tolerance: Double
  /// Whether points that will probably stay at their bounds are left out for a while.
  var usesShrinking: Bool
  /// Steps after which it gives up.
  var maximumIterations: Int
}

/// The separation of two classes, the first of which counts as +1, the second as -1.
struct PairSolution: Sendable {
  /// Dual variable times class sign of each point, in the order of the problem.
  var coefficients: [Double]
  /// How many of them are as large as the cost allows.
  var boundedCount: Int
  /// What is added to the sum of coefficients times kernel values.
  var intercept: Double
  /// Steps of two variables each.
  var iterations: Int
  /// The dual problem's objective, 1/2 αᵀQα - Σα, which the solver makes small.
  var objective: Double
  /// By how much the worst two points violate the optimality condition.
  var violation: Double
  /// Whether the tolerance was reached.
  var hasConverged: Bool
}
