import COpenBLAS

/// Matrix products by OpenBLAS, each on the calling thread alone: the workers are ours (``WorkerPool``).
public enum MatrixProduct {
  /// OpenBLAS's own threads are switched off once, process wide: they would compete with the workers, and
  /// their start costs more than a small product.
  private static let singleThreaded: Void = openblas_set_num_threads(1)

  /// Computes `c = a * b + beta * c` for row-major matrices.
  ///
  /// - Parameters:
  ///   - rows: Rows of `a` and `c`.
  ///   - columns: Columns of `b` and `c`.
  ///   - inner: Columns of `a`, rows of `b`.
  ///   - a: `rows` x `inner`, rows `aStride` floats apart.
  ///   - b: `inner` x `columns`, rows `bStride` floats apart.
  ///   - beta: 0 to overwrite `c` (which may then be uninitialised), 1 to add to it.
  ///   - c: `rows` x `columns`, rows `cStride` floats apart.
  public static func multiply(
    rows: Int, columns: Int, inner: Int,
    a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>, bStride: Int,
    beta: Float = 0, c: UnsafeMutablePointer<Float>, cStride: Int
  ) {
    _ = singleThreaded
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(inner), 1, a,
      Int32(aStride),
      b, Int32(bStride), beta, c, Int32(cStride))
  }
}
