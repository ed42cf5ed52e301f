import Foundation

/// The values that scripts/golden-metrics computed.
struct Golden: Decodable {
  struct Metrics: Decodable {
    let name: String
    let labels: [String]
    let trueLabels: [Int]
    let predictedLabels: [Int]
    let probabilities: [Double]?
    let accuracy: Double
    let confusionMatrix: [[Int]]
    let precision: [Double]
    let recall: [Double]
    let f1: [Double]
    let support: [Int]
    let macro: [Double]
    let weighted: [Double]
    let weightedF1: Double
    let balancedAccuracy: Double
    let cohenKappa: Double?
    let topTwoAccuracy: Double?
    let logLoss: Double?
    let brierScore: Double?
    let reportTwoDigits: String
    let reportFourDigits: String
  }

  struct Calibration: Decodable {
    let confidences: [Double]
    let correct: [Bool]
    let binCount: Int
    /// Expected and maximum error.
    let equalWidth: [Double]
    let equalMass: [Double]
  }

  struct Temperature: Decodable {
    let classCount: Int
    let trueLabels: [Int]
    let logits: [Float]
    let temperature: Double
    let before: Double
    let after: Double
    let probabilities: [Double]
  }

  struct Wilson: Decodable {
    let successes: Int
    let trials: Int
    let lower: Double
    let upper: Double
  }

  let metrics: [Metrics]
  let calibration: [Calibration]
  let temperatures: [Temperature]
  let wilson: [Wilson]

  static func read() throws -> Golden {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/metrics.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: path))
  }
}

/// Whether two numbers agree to 1e-9, or are both missing.
func agrees(_ ours: Double?, _ expected: Double?) -> Bool {
  guard let ours, let expected else { return ours == nil && expected == nil }
  return abs(ours - expected) <= 1e-9
}

/// Whether two lists of numbers agree to 1e-9 each.
func agrees(_ ours: [Double], _ expected: [Double]) -> Bool {
  ours.count == expected.count && zip(ours, expected).allSatisfy { agrees($0, $1) }
}
