import Foundation
import Testing

@testable import Evaluation

@Suite struct AxisScaleTests {
  @Test func axesHoldTheirValuesAndNameAFewRoundOnes() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<300 {
      let size = pow(10, Double.random(in: -8...12, using: &generator))
      let values = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        Double.random(in: -size...size, using: &generator)
      }
      for scale in [
        AxisScale.linear(values), .linear(values, reachesTicks: false), .linear(values, isWhole: true),
      ] {
        for value in values { #expect((-1e-6...1 + 1e-6).contains(scale.share(of: value))) }
        #expect((1...16).contains(scale.ticks.count))
        for tick in scale.ticks { #expect((-1e-6...1 + 1e-6).contains(scale.share(of: tick.value))) }
        #expect(Set(scale.ticks.map(\.text)).count == scale.ticks.count)
      }
    }
  }

  @Test(arguments: [[], [.nan], [.infinity, -.infinity], [0], [5, 5], [1e308, -1e308], [-1e-300]])
  func oddValuesGiveAnAxisAllTheSame(values: [Double]) {
    for scale in [AxisScale.linear(values), .linear(values, isWhole: true), .logarithmic(values)] {
      #expect(scale.lower < scale.upper)
      #expect(scale.lower.isFinite && scale.upper.isFinite)
      #expect(!scale.ticks.isEmpty && scale.ticks.count < 16)
    }
  }

  @Test func namesWhatAPersonWouldName() {
    #expect(AxisScale.linear([0.33, 0.87]).ticks.map(\.text) == ["0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(AxisScale.linear([], including: [0, 1]).ticks.map(\.text).first == "0.0")
    #expect(AxisScale.logarithmic([1e-4, 3e-6]).ticks.map(\.text) == ["1e-6", "1e-5", "1e-4"])
    #expect(AxisScale.epochs([1], count: 8).ticks.map(\.text) == ["1"])
    #expect(AxisScale.epochs(Array(1...30), count: 8).ticks.map(\.text).first == "5")
  }
}
