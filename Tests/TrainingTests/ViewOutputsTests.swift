import Evaluation
import Foundation
import Tensors
import Testing

@testable import Training

/// What a network says of several views of a picture.
@Suite struct ViewOutputsTests {
  /// Two pictures of two views. The mean of the logits would be another one.
  @Test(arguments: [
    // 1/2 and 9/10, 49/50 and 1/10; at temperature 2 the odds are their roots: 1/2 and 3/4, 7/8 and 1/4.
    (1.0, [0.7, 0.54]), (2.0, [0.625, 0.5625]),
  ])
  func theProbabilitiesOfViewsAreAveraged(temperature: Double, firsts: [Double]) throws {
    let outputs = ViewOutputs(
      values: [0, 0, log(9), 0, log(49), 0, 0, log(9)], viewCount: 2, classCount: 2, output: .softmax)
    let table = try outputs.probabilities(temperature: temperature)
    #expect(table.sampleCount == 2)
    for (picture, first) in firsts.enumerated() {
      #expect(abs(table[picture].first! - first) < 1e-6)
      #expect(abs(table[picture].last! - (1 - first)) < 1e-6)
    }
  }

  /// Hesitant views of pictures, the true class the likeliest more often than not.
  private static func outputs(views: Int) -> (outputs: ViewOutputs, labels: [Int]) {
    var random = SeededGenerator(seed: 3)
    let labels = (0..<60).map { $0 % 4 }
    var values: [Float] = []
    for label in labels {
      for place in 0..<views * 4 { values.append(2 * random.nextNormal() + (place % 4 == label ? 2 : 0)) }
    }
    return (ViewOutputs(values: values, viewCount: views, classCount: 4, output: .softmax), labels)
  }

  /// The temperature is that of the probabilities that are said with it.
  @Test(arguments: [1, 2, 3]) func noNeighbourFitsBetter(views: Int) throws {
    let (outputs, labels) = Self.outputs(views: views)
    func loss(_ temperature: Double) throws -> Double {
      let table = try outputs.probabilities(temperature: temperature)
      return labels.indices.reduce(0) { sum, picture in
        sum - log(table.values[picture * 4 + labels[picture]]) / Double(labels.count)
      }
    }
    let scaling = try #require(try outputs.temperature(fitting: labels))
    #expect(!scaling.isAtLimit)
    #expect(scaling.sampleCount == labels.count)
    #expect(abs(try loss(scaling.temperature) - scaling.logLossAfter) < 1e-9)
    for factor in [0.98, 1.02] {
      #expect(try loss(scaling.temperature) <= loss(scaling.temperature * factor))
    }
  }

  @Test func oneViewIsFittedAsItIs() throws {
    let (outputs, labels) = Self.outputs(views: 1)
    let scaling = try #require(try outputs.temperature(fitting: labels))
    let plain = try TemperatureScaling(fitting: outputs.values, trueLabels: labels, classCount: 4)
    #expect(abs(scaling.temperature - plain.temperature) < 1e-4)

    // The same view three times says what it says once.
    let copies: [Float] = (0..<60).flatMap { picture in
      (0..<3).flatMap { _ in Array(outputs.values[picture * 4..<(picture + 1) * 4]) }
    }
    let several = ViewOutputs(values: copies, viewCount: 3, classCount: 4, output: .softmax)
    let same = try #require(try several.temperature(fitting: labels))
    #expect(abs(same.temperature - plain.temperature) < 1e-3)
    #expect(abs(same.logLossAfter - plain.logLossAfter) < 1e-9)
  }

  @Test func onlyASoftmaxHasATemperature() throws {
    let rectified = ViewOutputs(values: [1, 3, 0, 2], viewCount: 1, classCount: 2, output: .normalized)
    #expect(try rectified.temperature(fitting: [1, 1]) == nil)
  }
}
