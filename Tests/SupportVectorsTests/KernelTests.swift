import Tensors
import Testing

@testable import SupportVectors

@Suite("Kernel values")
struct KernelTests {
  /// One for each use: the tests run side by side, and a pool is one thread's at a time.
  static var pool: WorkerPool { WorkerPool(workerCount: 2) }

  static func points(_ matrix: FeatureMatrix) -> KernelPoints {
    KernelPoints(matrix, rows: 0..<matrix.rowCount, centre: matrix.columnMeans, pool: pool)
  }

  @Test(
    "the matrix holds the kernel of every two points, whatever their number",
    arguments: [(1, 1), (31, 3), (33, 16), (245, 17), (258, 257), (70, 600)])
  func matrix(_ count: Int, _ features: Int) throws {
    let matrix = try Samples(counts: [count], features: features, offset: 50, seed: UInt64(count)).matrix
    let gamma = 0.5 / Double(features)
    let kernel = try GramMatrix(Self.points(matrix), gamma: gamma, pool: Self.pool)
    for first in stride(from: 0, to: count, by: max(1, count / 20)) {
      let row = kernel.row(first) { [] }
      #expect(row[first] == 1)
      for second in stride(from: first + 1, to: count, by: max(1, count / 40)) {
        #expect(abs(Double(row[second]) - kernelValue(matrix, first, second, gamma: gamma)) < 2e-6)
        #expect(row[second] == kernel.row(second, likely: { [] })[first])
      }
    }
  }

  @Test("equal points are at no distance, far from the origin too")
  func equalPoints() throws {
    let point: [Float] = [1e6, 1e6 + 1, -1e6]
    let values: [Float] = (0..<60).map { point[$0 % 3] } + [1e6 + 2, 1e6, -1e6]
    let matrix = try FeatureMatrix(rows: 21, columns: 3, values: values)
    let kernel = try GramMatrix(Self.points(matrix), gamma: 0.1, pool: Self.pool)
    for point in 0..<20 { #expect(abs(kernel.row(0) { [] }[point] - 1) < 1e-6) }
    let expected = kernelValue(matrix, 0, 20, gamma: 0.1)
    #expect(abs(Double(kernel.row(0) { [] }[20]) - expected) < 0.01)
  }

  @Test("a cache that is too small gives the same rows, and keeps the two latest")
  func cache() throws {
    let points = Self.points(try Samples(counts: [300], features: 40, seed: 4).matrix)
    let kernel = try GramMatrix(points, gamma: 0.02, pool: Self.pool)
    let cache = KernelRowCache(points, gamma: 0.02, byteLimit: 1, pool: Self.pool)
    func same(_ row: UnsafePointer<Float>, _ point: Int) -> Bool {
      let expected = kernel.row(point) { [] }
      return (0..<300).allSatisfy { row[$0] == expected[$0] }
    }
    var random = SeededGenerator(seed: 5)
    var before: (row: UnsafePointer<Float>, point: Int)?
    for _ in 0..<200 {
      let point = Int.random(in: 0..<300, using: &random)
      let row = cache.row(point) { (0..<60).map { (point + 2 * $0) % 300 } }
      #expect(same(row, point))
      if let before { #expect(same(before.row, before.point)) }
      before = (row, point)
    }
    #expect(cache.computedRows > 300)
  }

  @Test("rows that are likely to be needed are computed along, and then at hand")
  func likely() throws {
    let points = Self.points(try Samples(counts: [200], features: 4, seed: 6).matrix)
    let cache = KernelRowCache(points, gamma: 0.02, byteLimit: 1 << 20, pool: Self.pool)
    _ = cache.row(3) { Array(0..<10) }
    #expect(cache.computedRows == 10)
    for point in 0..<10 {
      _ = cache.row(point) {
        Issue.record("row \(point) is missing")
        return []
      }
    }
  }

  @Test("gamma by the spread of the samples, by their features, by hand")
  func width() throws {
    let matrix = try FeatureMatrix(rows: 2, columns: 2, values: [0, 0, 2, 2])
    #expect(KernelWidth.scale.gamma(for: matrix) == 0.5)
    #expect(KernelWidth.automatic.gamma(for: matrix) == 0.5)
    #expect(KernelWidth.value(3).gamma(for: matrix) == 3)
    let constant = try FeatureMatrix(rows: 2, columns: 2, values: [4, 4, 4, 4])
    #expect(KernelWidth.scale.gamma(for: constant) == 1)
  }

  @Test("computing the matrix can be stopped")
  func cancelled() throws {
    let points = Self.points(try Samples(counts: [600], features: 4, seed: 7).matrix)
    #expect(throws: SupportVectorError.cancelled) {
      try GramMatrix(points, gamma: 1, pool: Self.pool, isCancelled: { true })
    }
  }
}
