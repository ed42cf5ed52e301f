import Tensors
import Testing

@testable import SupportVectors

@Suite("Feature matrices")
struct FeatureMatrixTests {
  @Test("rows are what was put in")
  func rows() throws {
    let matrix = try FeatureMatrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    #expect(matrix.withRow(1) { Array($0) } == [4, 5, 6])
    #expect(matrix[0, 2] == 3)
    let selected = try matrix.selecting(rows: [1, 0, 1])
    #expect(selected.rowCount == 3)
    #expect(selected.withRow(2) { Array($0) } == [4, 5, 6])
  }

  @Test("rows may come one at a time, or from all workers")
  func filled() throws {
    let one = try FeatureMatrix(rows: 50, columns: 2) { row, place in place[1] = Float(row) }
    let many = try FeatureMatrix(rows: 50, columns: 2, pool: WorkerPool(workerCount: 3)) { _, row, place in
      place[1] = Float(row)
    }
    for row in 0..<50 {
      #expect(one.withRow(row) { Array($0) } == [0, Float(row)])
      #expect(many.withRow(row) { Array($0) } == [0, Float(row)])
    }
  }

  @Test(
    "shapes that cannot be are refused", arguments: [(-1, 2), (2, 0), (Int.max, 2), (1 << 40, 2), (2, 3)])
  func shapes(_ rows: Int, _ columns: Int) {
    #expect(throws: SupportVectorError.shape(rows: rows, columns: columns, values: 1)) {
      try FeatureMatrix(rows: rows, columns: columns, values: [1])
    }
  }

  @Test("values that distances cannot be computed of are found", arguments: [Float.nan, .infinity, -1e20])
  func values(_ value: Float) throws {
    let matrix = try FeatureMatrix(rows: 2, columns: 2, values: [0, 1, 2, value])
    #expect(throws: SupportVectorError.valueOutOfRange(row: 1, column: 1)) { try matrix.checkValues() }
    #expect(throws: SupportVectorError.valueOutOfRange(row: 1, column: 1)) {
      try MinMaxScaler(fittedOn: matrix)
    }
  }
}

@Suite("Scaling by the training range")
struct MinMaxScalerTests {
  @Test("the training samples fill 0...1")
  func range() throws {
    let samples = try Samples(counts: [40, 30], features: 5, offset: 30, seed: 1).matrix
    let scaled = try MinMaxScaler(fittedOn: samples).scaled(samples)
    for column in 0..<5 {
      let values = (0..<70).map { scaled[$0, column] }
      #expect(values.min() == 0)
      #expect(values.max() == 1)
    }
  }

  @Test("a constant column is only moved, and samples outside of the range are not clipped")
  func constant() throws {
    let scaler = try MinMaxScaler(minima: [5, 0], maxima: [5, 2])
    let scaled = try scaler.scaled(FeatureMatrix(rows: 2, columns: 2, values: [5, -1, 7, 4]))
    #expect(scaled.withRow(0) { Array($0) } == [0, -0.5])
    #expect(scaled.withRow(1) { Array($0) } == [2, 2])
  }

  @Test("nothing to fit, ranges that are none, other columns")
  func refused() throws {
    #expect(throws: SupportVectorError.self) { try MinMaxScaler.Fitting(columnCount: 2).finish() }
    #expect(throws: SupportVectorError.self) { try MinMaxScaler(minima: [1], maxima: [0]) }
    #expect(throws: SupportVectorError.self) { try MinMaxScaler(minima: [1], maxima: [1, 2]) }
    #expect(throws: SupportVectorError.self) { try MinMaxScaler(minima: [.nan], maxima: [1]) }
    let other = try FeatureMatrix(rows: 1, columns: 3, values: [1, 2, 3])
    #expect(throws: SupportVectorError.featureCount(expected: 1, actual: 3)) {
      try MinMaxScaler(minima: [0], maxima: [1]).scaled(other)
    }
  }
}

@Suite("Histograms of oriented gradients")
struct GradientHistogramTests {
  @Test("a plain picture has no gradients")
  func plain() throws {
    let features = try GradientHistogramExtractor().features(of: Array(repeating: 90, count: 48 * 48))
    #expect(features.count == 900)
    #expect(features.allSatisfy { $0 == 0 })
  }

  @Test("stripes fall into the bins of their direction")
  func stripes() throws {
    let extractor = try GradientHistogramExtractor()
    func strongestBin(_ brightness: (Int, Int) -> Int) throws -> Int {
      let picture = (0..<48 * 48).map { UInt8(brightness($0 % 48, $0 / 48) * 40) }
      var sums = [Float](repeating: 0, count: 9)
      for (index, value) in try extractor.features(of: picture).enumerated() { sums[index % 9] += value }
      return sums.indices.max { sums[$0] < sums[$1] }!
    }
    // Gradients along x lie at 0 degrees, between the last bin and the first; along y at 90, in the middle one.
    #expect([0, 8].contains(try strongestBin { x, _ in x % 6 }))
    #expect(try strongestBin { _, y in y % 6 } == 4)
  }

  @Test("many pictures give the same as one at a time, on any number of workers")
  func many() throws {
    var random = SeededGenerator(seed: 3)
    let pictures = (0..<7).map { _ in random.nextBytes(48 * 48) }
    let matrix = try GradientHistogramExtractor.features(ofPictures: 7, pool: WorkerPool(workerCount: 3)) {
      pictures[$0]
    }
    let extractor = try GradientHistogramExtractor()
    for (row, picture) in pictures.enumerated() {
      #expect(try matrix.withRow(row) { Array($0) } == extractor.features(of: picture))
    }
  }

  @Test("pictures of another size are refused")
  func size() throws {
    let expected = SupportVectorError.featureCount(expected: 48 * 48, actual: 47 * 48)
    #expect(throws: expected) {
      try GradientHistogramExtractor().features(of: Array(repeating: 0, count: 47 * 48))
    }
    #expect(throws: expected) {
      try GradientHistogramExtractor.features(ofPictures: 5) {
        Array(repeating: 0, count: $0 < 3 ? 48 * 48 : 47 * 48)
      }
    }
  }

  @Test(
    "sizes that do not fit each other are refused before OpenCV sees them",
    arguments: [
      (48, 16, 8, 7, 9), (48, 16, 7, 8, 9), (50, 16, 8, 8, 9), (48, 64, 8, 8, 9), (48, 16, 0, 8, 9),
      (48, 16, 8, 0, 9), (48, 0, 8, 8, 9), (48, 16, 8, 8, 0), (48, 16, 8, 8, 1 << 30), (-48, 16, 8, 8, 9),
      (Int.max, 16, 8, 8, 9),
    ])
  func settings(_ window: Int, _ block: Int, _ stride: Int, _ cell: Int, _ bins: Int) {
    var settings = GradientHistogramSettings()
    (settings.windowSide, settings.blockSide, settings.blockStride) = (window, block, stride)
    (settings.cellSide, settings.binCount) = (cell, bins)
    #expect(throws: SupportVectorError.self) { try GradientHistogramExtractor(settings: settings) }
  }
}
