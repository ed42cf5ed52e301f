import Tensors

/// The rows of the kernel's matrix that were used last, where there is no memory for all of them. A missing row is
/// computed together with others that are likely to be asked for next: a panel of them costs little more than one.
///
/// Used by one thread, which the pool helps.
final class KernelRowCache: KernelRows {
  /// Rows that it holds at least, whatever the limit: enough that what it fetches never replaces what it just gave.
  static let minimumRows = 3 * PackedPoints.panelWidth

  private let points: KernelPoints
  private let gamma: Double
  private let pool: WorkerPool
  private let packed: PackedPoints
  private let tiles: [KernelTile]
  private let values: FloatStorage
  private var slotOfPoint: [Int?]
  private var pointInSlot: [Int?]
  private var lastUse: [Int]
  private var clock = 0
  /// How many rows were computed, the likely ones included.
  private(set) var computedRows = 0

  /// - Parameter byteLimit: Bytes for rows; ``minimumRows`` rows are kept even where they take more.
  init(_ points: KernelPoints, gamma: Double, byteLimit: Int, pool: WorkerPool) {
    self.points = points
    self.gamma = gamma
    self.pool = pool
    let rowBytes = points.count * MemoryLayout<Float>.stride
    let capacity = max(Self.minimumRows, min(points.count, byteLimit / max(rowBytes, 1)))
    packed = PackedPoints(capacity: PackedPoints.panelWidth, featureCount: points.featureCount)
    tiles = (0..<pool.workerCount).map { _ in KernelTile(columnCapacity: PackedPoints.panelWidth) }
    values = FloatStorage(zeros: capacity * points.count)
    slotOfPoint = Array(repeating: nil, count: points.count)
    pointInSlot = Array(repeating: nil, count: capacity)
    lastUse = Array(repeating: -1, count: capacity)
  }

  func row(_ point: Int, likely: () -> [Int]) -> UnsafePointer<Float> {
    clock += 1
    if slotOfPoint[point] == nil { fetch([point] + missing(likely(), besides: point)) }
    let slot = slotOfPoint[point]!
    lastUse[slot] = clock
    return UnsafePointer(values.base + slot * points.count)
  }

  private func missing(_ likely: [Int], besides point: Int) -> [Int] {
    Array(
      likely.lazy.filter { $0 != point && self.slotOfPoint[$0] == nil }.prefix(PackedPoints.panelWidth - 1))
  }

  private func fetch(_ batch: [Int]) {
    let slots = Array(lastUse.indices.sorted { (lastUse[$0], $0) < (lastUse[$1], $1) }.prefix(batch.count))
    for (slot, point) in zip(slots, batch) {
      if let former = pointInSlot[slot] { slotOfPoint[former] = nil }
      pointInSlot[slot] = point
      slotOfPoint[point] = slot
      lastUse[slot] = clock
    }
    packed.pack(points, batch)
    pool.split(points.count) { worker, range in
      for start in stride(from: range.lowerBound, to: range.upperBound, by: KernelTile.rowCapacity) {
        let rows = start..<min(start + KernelTile.rowCapacity, range.upperBound)
        tiles[worker].compute(points, rows: rows, packed: packed, gamma: gamma)
        let source = tiles[worker].panel(0)
        for (column, slot) in slots.enumerated() {
          let target = values.base + slot * points.count + rows.lowerBound
          for offset in 0..<rows.count { target[offset] = source[offset * PackedPoints.panelWidth + column] }
        }
      }
    }
    for (slot, point) in zip(slots, batch) { values.base[slot * points.count + point] = 1 }
    computedRows += batch.count
  }
}
