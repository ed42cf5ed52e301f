import CKernels

/// The weights with which one axis of a region is resampled to a number of samples by a triangle filter
/// whose support grows with the reduction, so that shrinking averages and enlarging interpolates linearly.
///
/// This is bilinear resampling with antialiasing as Pillow and PyTorch (`antialias=True`) have it.
struct TriangleFilter {
  private(set) var windows: [kernel_filter_window] = []
  /// ``weightStride`` weights a window, which sum to 1.
  private(set) var weights: [Float] = []
  let weightStride: Int

  /// - Parameters:
  ///   - start: Where the region starts, in source samples; may be negative.
  ///   - length: The region's length in source samples, positive.
  ///   - count: How many samples it becomes, positive.
  init(start: Double, length: Double, count: Int) {
    precondition(length > 0 && count > 0)
    let scale = length / Double(count)
    let support = max(scale, 1)
    weightStride = Int(support.rounded(.up)) * 2 + 1
    weights = [Float](repeating: 0, count: weightStride * count)
    windows.reserveCapacity(count)
    for index in 0..<count {
      let centre = start + (Double(index) + 0.5) * scale
      let first = Int((centre - support + 0.5).rounded(.down))
      let end = min(Int((centre + support + 0.5).rounded(.down)), first + weightStride)
      var sum = 0.0
      for sample in first..<end { sum += max(0, 1 - abs((Double(sample) + 0.5 - centre) / support)) }
      for sample in first..<end {
        let weight = max(0, 1 - abs((Double(sample) + 0.5 - centre) / support)) / sum
        weights[index * weightStride + sample - first] = Float(weight)
      }
      windows.append(kernel_filter_window(first: Int32(first), count: Int32(end - first)))
    }
  }

  /// Source samples that any window reads, before clamping at the edges.
  var sourceRange: Range<Int> {
    let first = windows.map { Int($0.first) }.min() ?? 0
    let end = windows.map { Int($0.first + $0.count) }.max() ?? 0
    return first..<end
  }
}
