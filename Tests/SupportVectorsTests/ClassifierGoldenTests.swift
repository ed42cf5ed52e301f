import Testing

@testable import SupportVectors

@Suite("scikit-learn's SVC computes the same")
struct ClassifierGoldenTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let unit: Float
    let features: Int
    let tolerance: Double
    let samples: [Float]
    let labels: [Int]
    let others: [Float]
    let cost: Double
    let width: String
    let gamma: Double
    let supportIndices: [Int]
    let supportCounts: [Int]
    let dualCoefficients: [Double]
    let intercepts: [Double]
    let decisions: [Double]
    let oneVersusRest: [Double]?
    let predictions: [Int]

    var testDescription: String { name }

    /// Where samples are repeated, only the sum of their coefficients is determined.
    var hasUniqueCoefficients: Bool { !name.contains("repeated") }

    func matrix(_ values: [Float]) throws -> FeatureMatrix {
      try FeatureMatrix(rows: values.count / features, columns: features, values: values.map { $0 / unit })
    }

    func train() throws -> SupportVectorClassifier {
      var settings = SupportVectorClassifier.Settings()
      settings.cost = cost
      settings.tolerance = tolerance
      settings.kernelWidth = ["scale": .scale, "auto": .automatic][width] ?? .value(gamma)
      return try SupportVectorClassifier.train(on: matrix(samples), labels: labels, settings: settings)
        .classifier
    }
  }

  static let cases: [Case] = (try? golden("svc")) ?? []

  @Test("there are golden values")
  func casesExist() { #expect(Self.cases.count == 6) }

  @Test("support vectors, coefficients and intercepts", arguments: cases)
  func model(_ expected: Case) throws {
    let model = try expected.train()
    #expect(abs(model.gamma / expected.gamma - 1) < 1e-6)
    #expect(model.classes == Set(expected.labels).sorted())
    #expect(agree(model.intercepts, expected.intercepts, within: 1e-5 * max(1, expected.cost)))
    guard expected.hasUniqueCoefficients else { return }
    #expect(model.supportIndices == expected.supportIndices)
    #expect(model.supportCounts == expected.supportCounts)
    #expect(agree(model.dualCoefficients, expected.dualCoefficients, within: 1e-4 * expected.cost))
  }

  @Test("decision values of both shapes, and predictions", arguments: cases)
  func decisions(_ expected: Case) throws {
    let model = try expected.train()
    let others = try expected.matrix(expected.others)
    let decisions = try model.decisionValues(of: others)
    #expect(agree(decisions.values, expected.decisions, within: 1e-5 * max(1, expected.cost)))
    if let rest = expected.oneVersusRest {
      #expect(agree(decisions.oneVersusRest, rest, within: 1e-5 * max(1, expected.cost)))
    }
    #expect(try model.predict(others) == expected.predictions)
  }
}
