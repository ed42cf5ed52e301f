import Tensors

/// Points between which the kernel is computed: samples less a centre, and their squared lengths.
///
/// Distances do not change when everything is moved, but |x|² + |y|² - 2 x·y loses the fewer digits the closer the
/// points lie to the origin.
struct KernelPoints: Sendable {
  let count: Int
  let featureCount: Int
  /// Floats from point to point: an odd number of cache lines, so that the rows of a product's block do not all
  /// fall into the same few places of the cache.
  let stride: Int
  let coordinates: FloatStorage
  let squaredLengths: [Double]

  private static let floatsPerCacheLine = 16

  /// Some rows of a matrix as points, less a centre.
  init(_ samples: FeatureMatrix, rows: some RandomAccessCollection<Int>, centre: [Float], pool: WorkerPool) {
    self.init(count: rows.count, featureCount: samples.columnCount, pool: pool) { point, target in
      samples.withRow(rows[rows.index(rows.startIndex, offsetBy: point)]) { source in
        for feature in source.indices { target[feature] = source[feature] - centre[feature] }
      }
    }
  }

  /// Some of other points.
  init(_ points: KernelPoints, selecting indices: some RandomAccessCollection<Int>, pool: WorkerPool) {
    self.init(count: indices.count, featureCount: points.featureCount, pool: pool) { point, target in
      let index = indices[indices.index(indices.startIndex, offsetBy: point)]
      target.baseAddress!.update(from: points.start(of: index), count: target.count)
    }
  }

  /// Fills in the coordinates point by point, on all workers.
  init(
    count: Int, featureCount: Int, pool: WorkerPool,
    fill: (Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    let lines = (featureCount + Self.floatsPerCacheLine - 1) / Self.floatsPerCacheLine | 1
    let stride = lines * Self.floatsPerCacheLine
    let coordinates = FloatStorage(zeros: count * stride)
    let squaredLengths = [Double](unsafeUninitializedCapacity: count) { lengths, initialized in
      nonisolated(unsafe) let lengths = lengths  // Each worker writes the places of its own range.
      pool.split(count) { _, range in
        for point in range {
          let place = UnsafeMutableBufferPointer(
            start: coordinates.base + point * stride, count: featureCount)
          fill(point, place)
          var sum = 0.0
          for value in place { sum += Double(value) * Double(value) }
          lengths[point] = sum
        }
      }
      initialized = count
    }
    self.count = count
    self.featureCount = featureCount
    self.stride = stride
    self.coordinates = coordinates
    self.squaredLengths = squaredLengths
  }

  /// The first coordinate of a point, valid as long as the points are.
  func start(of point: Int) -> UnsafeMutablePointer<Float> { coordinates.base + point * stride }
}
