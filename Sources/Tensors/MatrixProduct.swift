import CKernels
import COpenBLAS

/// Products of row-major matrices, shared out over workers.
///
/// On processors with AVX2 by the network's own product, elsewhere by OpenBLAS, one thread a worker. (OpenBLAS
/// chooses its code by the processor's model and takes one that is newer than itself for a very old one: Debian 12's
/// reaches a sixth of the speed on a Sapphire Rapids.)
public struct MatrixProduct: Sendable {
  /// Rows of the result.
  public let rows: Int
  /// Columns of the result.
  public let columns: Int
  /// Columns of the left factor, rows of the right one.
  public let inner: Int
  /// Whether the left factor is given as `inner` x `rows`.
  public let transposesLeft: Bool
  /// Whether the right factor is given as `columns` x `inner`.
  public let transposesRight: Bool

  /// The shape of a product.
  public init(
    rows: Int, columns: Int, inner: Int, transposesLeft: Bool = false, transposesRight: Bool = false
  ) {
    precondition(rows >= 0 && columns >= 0 && inner >= 0)
    self.rows = rows
    self.columns = columns
    self.inner = inner
    self.transposesLeft = transposesLeft
    self.transposesRight = transposesRight
  }

  private static let panelColumns = Int(KERNEL_PANEL_COLUMNS)
  /// Rows of the right factor at a time: 32 columns of them stay in the first-level cache.
  private static let innerBlock = 256
  /// Rows that a worker multiplies at a time; a multiple of every register block's.
  private static let rowBlock = 96
  /// With fewer rows a worker the columns are shared out instead.
  private static let fewRows = 48

  private var panelCount: Int { (columns + Self.panelColumns - 1) / Self.panelColumns }

  /// Floats of work space that ``multiply(_:_:into:adds:workspace:pool:)`` needs.
  public func workspaceCount(workerCount: Int) -> Int {
    panelCount * Self.panelColumns * inner + workerCount * Self.rowBlock * Self.panelColumns
  }

  /// OpenBLAS's own threads are switched off once, process wide: they would compete with the workers.
  private static let singleThreaded: Void = openblas_set_num_threads(1)

  /// Computes `result = left * right`, or adds it to the result.
  ///
  /// - Parameters:
  ///   - left: `rows` x `inner`, or transposed, without gaps.
  ///   - right: `inner` x `columns`, or transposed, without gaps.
  ///   - result: `rows` x `columns`.
  ///   - adds: Whether the product is added to what stands in the result.
  ///   - workspace: At least ``workspaceCount(workerCount:)`` floats, whatever they hold.
  ///   - pool: Who computes.
  public func multiply(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
    adds: Bool = false, workspace: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    if rows == 0 || columns == 0 { return }
    if inner == 0 {
      if !adds { result.update(repeating: 0, count: rows * columns) }
      return
    }
    if kernel_instruction_set() == KERNEL_PLAIN {
      pool.split(rows) { _, range in
        multiplyByOpenBLAS(left, right, into: result, adds: adds, rows: range)
      }
      return
    }
    let panelFloats = Self.panelColumns * inner
    pool.split(panelCount) { _, panels in
      let first = panels.lowerBound * Self.panelColumns
      let count = min(panels.upperBound * Self.panelColumns, columns) - first
      let packed = workspace + panels.lowerBound * panelFloats
      if transposesRight {
        kernel_pack_transposed_panels(right + first * inner, inner, count, inner, packed)
      } else {
        kernel_pack_panels(right + first, inner, count, columns, packed)
      }
    }
    func multiply(rows range: Range<Int>, panels: Range<Int>, worker: Int) {
      let edge =
        workspace + panelCount * panelFloats + worker * Self.rowBlock * Self.panelColumns
      for row in stride(from: range.lowerBound, to: range.upperBound, by: Self.rowBlock) {
        multiplyBlock(
          left, packed: workspace, into: result, adds: adds, first: row,
          count: min(Self.rowBlock, range.upperBound - row), panels: panels, edge: edge)
      }
    }
    // Every sum is one worker's, whatever is shared out.
    if rows < Self.fewRows * pool.workerCount {
      pool.split(panelCount) { multiply(rows: 0..<rows, panels: $1, worker: $0) }
    } else {
      pool.split(rows, multiple: 12) { multiply(rows: $1, panels: 0..<panelCount, worker: $0) }
    }
  }

  private func multiplyBlock(
    _ left: UnsafePointer<Float>, packed: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
    adds: Bool, first: Int, count: Int, panels: Range<Int>, edge: UnsafeMutablePointer<Float>
  ) {
    for start in stride(from: 0, to: inner, by: Self.innerBlock) {
      let depth = min(Self.innerBlock, inner - start)
      for panel in panels {
        let width = min(Self.panelColumns, columns - panel * Self.panelColumns)
        let target = result + first * columns + panel * Self.panelColumns
        let weights = packed + (panel * inner + start) * Self.panelColumns
        let accumulates: Int32 = adds || start > 0 ? 1 : 0
        // The product writes whole panels; the last one may be wider than the result.
        let isWhole = width == Self.panelColumns
        let (sums, stride) = isWhole ? (target, columns) : (edge, Self.panelColumns)
        if !isWhole && accumulates == 1 { copy(target, columns, to: edge, Self.panelColumns, count, width) }
        if transposesLeft {
          kernel_multiply_transposed(
            left + start * rows + first, rows, count, depth, weights, 1, accumulates, sums, stride)
        } else {
          kernel_multiply_packed(
            left + first * inner + start, inner, count, depth, weights, 1, accumulates, sums, stride)
        }
        if !isWhole { copy(edge, Self.panelColumns, to: target, columns, count, width) }
      }
    }
  }

  private func copy(
    _ source: UnsafePointer<Float>, _ sourceStride: Int, to target: UnsafeMutablePointer<Float>,
    _ targetStride: Int, _ rows: Int, _ width: Int
  ) {
    for row in 0..<rows {
      (target + row * targetStride).update(from: source + row * sourceStride, count: width)
    }
  }

  private func multiplyByOpenBLAS(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
    adds: Bool, rows range: Range<Int>
  ) {
    _ = Self.singleThreaded
    cblas_sgemm(
      CblasRowMajor, transposesLeft ? CblasTrans : CblasNoTrans,
      transposesRight ? CblasTrans : CblasNoTrans, Int32(range.count), Int32(columns), Int32(inner), 1,
      left + (transposesLeft ? range.lowerBound : range.lowerBound * inner),
      Int32(transposesLeft ? rows : inner), right, Int32(transposesRight ? inner : columns),
      adds ? 1 : 0, result + range.lowerBound * columns, Int32(columns))
  }
}
