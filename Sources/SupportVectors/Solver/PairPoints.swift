/// The variables of a pair's problem, one entry a point, side by side in memory; the active points come first.
///
/// With β = yα, the dual problem of C-SVC (C.-C. Chang, C.-J. Lin, "LIBSVM: A Library for Support Vector Machines",
/// ACM TIST 2011, equation 2) reads: maximise Σ yβ - 1/2 Σ ββK with Σ β = 0, where β lies in 0...C for points of
/// the first class and in -C...0 for points of the second. The gradient of that is y - Kβ, the paper's -y ∇f.
///
/// Pointers, because the solver's time is spent in loops over these arrays. They are this object's own, and only
/// its solver has it.
final class PairPoints {
  let count: Int
  /// Where the point stands in the kernel's rows.
  let position: UnsafeMutableBufferPointer<Int32>
  /// The point's number in the problem as it was given.
  let original: UnsafeMutableBufferPointer<Int32>
  /// +1 for the first class, -1 for the second.
  let sign: UnsafeMutableBufferPointer<Double>
  /// β.
  let coefficient: UnsafeMutableBufferPointer<Double>
  /// The least that β may be.
  let lower: UnsafeMutableBufferPointer<Double>
  /// The most that β may be.
  let upper: UnsafeMutableBufferPointer<Double>
  /// y - Kβ; for points that are not active, as it was when they were left out.
  let gradient: UnsafeMutableBufferPointer<Double>
  /// The part of Kβ that comes from points with |β| = C, the paper's Ḡ; kept for all points.
  let boundedPart: UnsafeMutableBufferPointer<Double>

  /// - Parameters:
  ///   - positions: Places in the kernel's rows, those of the first class first.
  ///   - firstClassCount: How many belong to the first class.
  init(positions: [Int], firstClassCount: Int, cost: Double) {
    count = positions.count
    position = .allocate(capacity: count)
    original = .allocate(capacity: count)
    sign = .allocate(capacity: count)
    coefficient = .allocate(capacity: count)
    lower = .allocate(capacity: count)
    upper = .allocate(capacity: count)
    gradient = .allocate(capacity: count)
    boundedPart = .allocate(capacity: count)
    for (point, place) in positions.enumerated() {
      let isFirst = point < firstClassCount
      position.initializeElement(at: point, to: Int32(place))
      original.initializeElement(at: point, to: Int32(point))
      sign.initializeElement(at: point, to: isFirst ? 1 : -1)
      lower.initializeElement(at: point, to: isFirst ? 0 : -cost)
      upper.initializeElement(at: point, to: isFirst ? cost : 0)
      gradient.initializeElement(at: point, to: isFirst ? 1 : -1)
    }
    coefficient.initialize(repeating: 0)
    boundedPart.initialize(repeating: 0)
  }

  deinit {
    for buffer in [sign, coefficient, lower, upper, gradient, boundedPart] { buffer.deallocate() }
    position.deallocate()
    original.deallocate()
  }

  /// Exchanges the places of two points.
  func swapAt(_ first: Int, _ second: Int) {
    for buffer in [sign, coefficient, lower, upper, gradient, boundedPart] { buffer.swapAt(first, second) }
    position.swapAt(first, second)
    original.swapAt(first, second)
  }

  /// Whether |β| = C.
  func isBounded(_ point: Int) -> Bool {
    let coefficient = coefficient[point]
    return coefficient != 0 && (coefficient == lower[point] || coefficient == upper[point])
  }

  /// Whether 0 < |β| < C.
  func isFree(_ point: Int) -> Bool {
    coefficient[point] > lower[point] && coefficient[point] < upper[point]
  }
}
