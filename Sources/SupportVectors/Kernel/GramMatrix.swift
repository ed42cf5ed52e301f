import Synchronization
import Tensors

/// The kernel's values of all points with each other, computed once: row-major, symmetric, 1 on the diagonal.
final class GramMatrix: KernelRows, Sendable {
  let count: Int
  private let values: FloatStorage

  /// Bytes that the matrix of so many points takes.
  static func byteCount(points: Int) -> Int { points * points * MemoryLayout<Float>.stride }

  /// Computes the matrix, each pair of points once, by blocks of columns that the workers take one by one.
  ///
  /// - Parameters:
  ///   - report: Told how many blocks of how many are done; from any worker, one at a time.
  ///   - isCancelled: Asked before each block.
  /// - Throws: ``SupportVectorError/cancelled``.
  init(
    _ points: KernelPoints, gamma: Double, pool: WorkerPool,
    report: (_ done: Int, _ total: Int) -> Void = { _, _ in }, isCancelled: () -> Bool = { false }
  ) throws(SupportVectorError) {
    count = points.count
    values = FloatStorage(zeros: count * count)
    let width = KernelTile.columnCapacity
    let blockCount = (count + width - 1) / width
    let next = Atomic<Int>(0)
    let done = Mutex(0)
    let stopped = Atomic<Bool>(false)
    pool.forEachWorker { _ in
      let packed = PackedPoints(capacity: width, featureCount: points.featureCount)
      let tile = KernelTile()
      while true {
        // The first blocks have the most rows below them, so the last to be taken are short.
        let block = next.add(1, ordering: .relaxed).oldValue
        guard block < blockCount else { return }
        if isCancelled() { stopped.store(true, ordering: .relaxed) }
        if stopped.load(ordering: .relaxed) { return }
        let columns = block * width..<min((block + 1) * width, count)
        packed.pack(points, columns)
        for start in stride(from: columns.lowerBound, to: count, by: KernelTile.rowCapacity) {
          let rows = start..<min(start + KernelTile.rowCapacity, count)
          tile.compute(points, rows: rows, packed: packed, gamma: gamma)
          store(tile, rows: rows, columns: columns)
        }
        done.withLock {
          $0 += 1
          report($0, blockCount)
        }
      }
    }
    if stopped.load(ordering: .relaxed) { throw .cancelled }
    for point in 0..<count { values.base[point * count + point] = 1 }
  }

  func row(_ point: Int, likely: () -> [Int]) -> UnsafePointer<Float> {
    UnsafePointer(values.base + point * count)
  }

  /// Writes a tile to its place and, mirrored, to the place across the diagonal.
  private func store(_ tile: KernelTile, rows: Range<Int>, columns: Range<Int>) {
    let width = PackedPoints.panelWidth
    for first in stride(from: columns.lowerBound, to: columns.upperBound, by: width) {
      let source = tile.panel((first - columns.lowerBound) / width)
      let used = min(width, columns.upperBound - first)
      for (offset, row) in rows.enumerated() {
        (values.base + row * count + first).update(from: source + offset * width, count: used)
      }
      for column in 0..<used {
        let target = values.base + (first + column) * count + rows.lowerBound
        for offset in 0..<rows.count { target[offset] = source[offset * width + column] }
      }
    }
  }
}
