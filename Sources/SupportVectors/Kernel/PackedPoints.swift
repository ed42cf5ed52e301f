import CKernels
import Tensors

/// Some points in the order in which the matrix product reads its right factor: features in blocks that the
/// first-level cache holds, in each the points side by side in panels.
///
/// Unchecked because it is packed anew for each block of points: by one thread, while no other reads it.
final class PackedPoints: @unchecked Sendable {
  /// Features in one step of the product: a panel of them takes 32 KiB.
  static let featureBlock = 256
  static let panelWidth = Int(KERNEL_PANEL_COLUMNS)

  private(set) var count = 0
  /// Squared lengths, 0 for the places of the last panel that no point fills.
  private(set) var squaredLengths: [Double]
  private let storage: FloatStorage
  private let featureCount: Int

  /// - Parameter capacity: The most points that will be packed at a time, a multiple of the panels' width.
  init(capacity: Int, featureCount: Int) {
    precondition(capacity % Self.panelWidth == 0)
    self.featureCount = featureCount
    storage = FloatStorage(zeros: capacity * featureCount)
    squaredLengths = Array(repeating: 0, count: capacity)
  }

  var panelCount: Int { (count + Self.panelWidth - 1) / Self.panelWidth }

  /// A panel's numbers for the features of a block, which starts at `feature` and has `width` of them.
  func panel(_ panel: Int, feature: Int, width: Int) -> UnsafePointer<Float> {
    UnsafePointer(storage.base) + (feature * panelCount + panel * width) * Self.panelWidth
  }

  /// Packs points, which replace those of before.
  func pack(_ points: KernelPoints, _ indices: some RandomAccessCollection<Int>) {
    precondition(indices.count <= squaredLengths.count && points.featureCount == featureCount)
    count = indices.count
    for place in squaredLengths.indices { squaredLengths[place] = 0 }
    for (place, index) in indices.enumerated() { squaredLengths[place] = points.squaredLengths[index] }
    for feature in stride(from: 0, to: featureCount, by: Self.featureBlock) {
      let width = min(Self.featureBlock, featureCount - feature)
      for place in 0..<panelCount * Self.panelWidth {
        let (panelNumber, column) = place.quotientAndRemainder(dividingBy: Self.panelWidth)
        var target =
          UnsafeMutablePointer(mutating: panel(panelNumber, feature: feature, width: width)) + column
        if place < count {
          let source = points.start(of: indices[indices.index(indices.startIndex, offsetBy: place)]) + feature
          for offset in 0..<width {
            target.pointee = source[offset]
            target += Self.panelWidth
          }
        } else {
          for _ in 0..<width {
            target.pointee = 0
            target += Self.panelWidth
          }
        }
      }
    }
  }
}
