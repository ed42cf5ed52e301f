import CKernels
import Foundation
import Tensors

/// Kernel values of a run of points with packed points, a tile at a time: exp(-gamma |x - y|²), where
/// |x - y|² = |x|² + |y|² - 2 x·y and the x·y of the whole tile are one matrix product.
///
/// A point's values have the same bits in whatever tile they are computed.
///
/// Unchecked because it is a work buffer, which one thread uses at a time.
final class KernelTile: @unchecked Sendable {
  /// The most points of a run: their features in one step of the product, and the tile, stay in the
  /// second-level cache.
  static let rowCapacity = 240
  /// The most packed points.
  static let columnCapacity = 256

  private let storage: FloatStorage

  /// - Parameter columnCapacity: The most packed points, a multiple of the panels' width.
  init(columnCapacity: Int = KernelTile.columnCapacity) {
    storage = FloatStorage(zeros: KernelTile.rowCapacity * columnCapacity)
  }

  /// The values of one panel: a row of ``PackedPoints/panelWidth`` for each point of the run.
  func panel(_ panel: Int) -> UnsafeMutablePointer<Float> {
    storage.base + panel * Self.rowCapacity * PackedPoints.panelWidth
  }

  /// Computes the tile of points `rows` and all packed points.
  func compute(_ points: KernelPoints, rows: Range<Int>, packed: PackedPoints, gamma: Double) {
    multiply(points, rows: rows, packed: packed)
    let width = PackedPoints.panelWidth
    points.squaredLengths.withUnsafeBufferPointer { rowLengths in
      packed.squaredLengths.withUnsafeBufferPointer { columnLengths in
        for panelNumber in 0..<packed.panelCount {
          var line = panel(panelNumber)
          for row in rows {
            let rowLength = rowLengths[row]
            for column in 0..<width {
              let product = Double(line[column])
              let distance = rowLength + columnLengths[panelNumber * width + column] - 2 * product
              // Rounding may leave less than 0 between equal points.
              line[column] = expf(Float(-gamma * max(0, distance)))
            }
            line += width
          }
        }
      }
    }
  }

  private func multiply(_ points: KernelPoints, rows: Range<Int>, packed: PackedPoints) {
    for feature in stride(from: 0, to: points.featureCount, by: PackedPoints.featureBlock) {
      let width = min(PackedPoints.featureBlock, points.featureCount - feature)
      for panelNumber in 0..<packed.panelCount {
        kernel_multiply_packed(
          points.start(of: rows.lowerBound) + feature, points.stride, rows.count, width,
          packed.panel(panelNumber, feature: feature, width: width), 1, feature == 0 ? 0 : 1,
          panel(panelNumber), PackedPoints.panelWidth)
      }
    }
  }
}
