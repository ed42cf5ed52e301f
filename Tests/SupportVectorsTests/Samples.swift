import Foundation
import Tensors

@testable import SupportVectors

/// Samples for tests: clouds around random centres that overlap.
struct Samples {
  let matrix: FeatureMatrix
  let labels: [Int]

  init(counts: [Int], features: Int, spread: Float = 1, offset: Float = 0, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let centres = counts.map { _ in (0..<features).map { _ in random.nextNormal() } }
    labels = counts.enumerated().flatMap { Array(repeating: $0, count: $1) }.shuffled(using: &random)
    let values = labels.flatMap { label in centres[label].map { $0 + spread * random.nextNormal() + offset } }
    matrix = try FeatureMatrix(rows: labels.count, columns: features, values: values)
  }
}

/// The kernel as its definition says, in double precision.
func kernelValue(_ matrix: FeatureMatrix, _ first: Int, _ second: Int, gamma: Double) -> Double {
  var sum = 0.0
  for column in 0..<matrix.columnCount {
    let difference = Double(matrix[first, column]) - Double(matrix[second, column])
    sum += difference * difference
  }
  return exp(-gamma * sum)
}

/// What scikit-learn computed; written by scripts/golden-svc.
func golden<Content: Decodable>(_ name: String, as type: Content.Type = Content.self) throws -> Content {
  let folder = URL(filePath: #filePath).deletingLastPathComponent()
  let data = try Data(contentsOf: folder.appending(path: "Golden/\(name).json"))
  return try JSONDecoder().decode(type, from: data)
}

/// Whether all numbers agree within a tolerance.
func agree(_ first: [Double], _ second: [Double], within tolerance: Double) -> Bool {
  first.count == second.count && zip(first, second).allSatisfy { abs($0 - $1) <= tolerance }
}
