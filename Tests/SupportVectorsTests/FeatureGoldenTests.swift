import Testing

@testable import SupportVectors

@Suite("Features agree with scikit-learn's and OpenCV's own")
struct FeatureGoldenTests {
  struct Scaling: Decodable {
    let unit: Float
    let features: Int
    let samples: [Float]
    let others: [Float]
    let scaled: [Double]
  }

  struct Histogram: Decodable, Sendable {
    let block: Int
    let stride: Int
    let cell: Int
    let bins: Int
    let count: Int
    let sum: Double
    let every: Int
    let values: [Double]
  }

  static let histograms: [Histogram] = (try? golden("histograms")) ?? []

  @Test("samples inside and outside of the training range, a constant column")
  func scaling() throws {
    let expected: Scaling = try golden("scaler")
    func matrix(_ values: [Float]) throws -> FeatureMatrix {
      try FeatureMatrix(
        rows: values.count / expected.features, columns: expected.features,
        values: values.map { $0 / expected.unit })
    }
    let scaled = try MinMaxScaler(fittedOn: matrix(expected.samples)).scaled(matrix(expected.others))
    let values = (0..<scaled.rowCount).flatMap { row in scaled.withRow(row) { $0.map { Double($0) } } }
    #expect(agree(values, expected.scaled, within: 1e-6))
  }

  @Test("there are golden histograms")
  func histogramsExist() { #expect(Self.histograms.count == 3) }

  @Test("histograms of oriented gradients", arguments: histograms)
  func histogram(_ expected: Histogram) throws {
    var settings = GradientHistogramSettings()
    (settings.blockSide, settings.blockStride) = (expected.block, expected.stride)
    (settings.cellSide, settings.binCount) = (expected.cell, expected.bins)
    let extractor = try GradientHistogramExtractor(settings: settings)
    #expect(extractor.featureCount == expected.count)
    let picture = (0..<48 * 48).map { index in
      let (x, y) = (index % 48, index / 48)
      return UInt8((11 * x + 7 * y + 3 * ((x * y) % 13)) % 256)
    }
    let features = try extractor.features(of: picture).map { Double($0) }
    #expect(abs(features.reduce(0, +) - expected.sum) < 1e-3)
    #expect(
      agree(
        stride(from: 0, to: features.count, by: expected.every).map { features[$0] }, expected.values,
        within: 1e-5))
  }
}
