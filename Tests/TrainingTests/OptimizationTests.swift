import Foundation
import NeuralNetwork
import Tensors
import Testing

@testable import Training

@Suite struct OptimizationTests {
  private static let gradients: [Float] = [0.3, -0.2, 0.1, 0.5, -0.7, 0.05]

  private static func values(
    _ settings: OptimizerSettings, decays: Bool = true, gradients: [Float] = gradients
  ) -> Float {
    let parameter = Parameter(name: "w", shape: [1], decays: decays)
    parameter.setRowMajor([0.8])
    let optimizer = Optimizer(settings: settings, parameters: [parameter], pool: WorkerPool(workerCount: 1))
    for gradient in gradients {
      parameter.gradient.base[0] = gradient
      optimizer.step(learningRate: 0.1)
    }
    return parameter.values.array[0]
  }

  /// By the papers' formulas, in double precision.
  @Test(arguments: [0, 0.01]) func nesterov(decay: Double) {
    var (weight, velocity) = (Double(Float(0.8)), 0.0)
    for gradient in Self.gradients {
      let g = Double(gradient) + decay * weight
      velocity = 0.9 * velocity + g
      weight -= 0.1 * (g + 0.9 * velocity)
    }
    #expect(abs(Double(Self.values(.nesterov(momentum: 0.9, weightDecay: Float(decay)))) - weight) < 1e-6)
  }

  @Test(arguments: [0, 0.01]) func adam(decay: Double) {
    var (weight, mean, square) = (Double(Float(0.8)), 0.0, 0.0)
    for (step, gradient) in Self.gradients.enumerated() {
      let g = Double(gradient)
      mean = 0.9 * mean + 0.1 * g
      square = 0.999 * square + 0.001 * g * g
      let (m, v) = (mean / (1 - pow(0.9, Double(step + 1))), square / (1 - pow(0.999, Double(step + 1))))
      weight -= 0.1 * decay * weight + 0.1 * m / (v.squareRoot() + 1e-7)
    }
    #expect(abs(Double(Self.values(.adam(weightDecay: Float(decay)))) - weight) < 1e-5)
  }

  /// By the formulas of PyTorch's and Keras's sources; gradients as small as ε tell them apart.
  @Test(arguments: [false, true]) func epsilonStandsWhereItIsSaid(isKeras: Bool) {
    let small = Self.gradients.map { $0 * 1e-6 }
    var (weight, mean, square) = (Double(Float(0.8)), 0.0, 0.0)
    for (step, gradient) in small.enumerated() {
      let (g, t) = (Double(gradient), Double(step + 1))
      mean = 0.9 * mean + 0.1 * g
      square = 0.999 * square + 0.001 * g * g
      let (first, second) = (1 - pow(0.9, t), 1 - pow(0.999, t))
      if isKeras {
        weight -= 0.1 * second.squareRoot() / first * mean / (square.squareRoot() + 1e-7)
      } else {
        weight -= 0.1 * mean / first / ((square / second).squareRoot() + 1e-7)
      }
    }
    let settings = isKeras ? OptimizerSettings.kerasAdam : OptimizerSettings.adam()
    #expect(abs(Double(Self.values(settings, gradients: small)) - weight) < 1e-5)
  }

  /// Runs of versions that knew one form only are read as what they were.
  @Test func settingsOfEarlierVersionsAreRead() throws {
    let text = String(decoding: try JSONEncoder().encode(OptimizerSettings.adam()), as: UTF8.self)
    #expect(!text.contains("epsilonForm"))
    for settings in [OptimizerSettings.adam(), .kerasAdam] {
      let bytes = try JSONEncoder().encode(settings)
      #expect(try JSONDecoder().decode(OptimizerSettings.self, from: bytes) == settings)
    }
    #expect(NetworkExperiment.mlp(seed: 1).settings.optimizer == .kerasAdam)
    // AdamW is PyTorch's.
    #expect(OptimizerSettings.kerasAdam.decaying(by: 0.01) == .adam(weightDecay: 0.01))
  }

  @Test func biasesDoNotDecay() {
    #expect(
      Self.values(.nesterov(weightDecay: 0.1), decays: false) == Self.values(.nesterov(), decays: false))
  }

  @Test func cosineRisesAndFalls() {
    let schedule = LearningRateSchedule.cosine(peak: 0.4, warmUpEpochs: 2, floor: 0.1)
    #expect(schedule.learningRate(at: 0, of: 20) == 0)
    #expect(abs(schedule.learningRate(at: 1, of: 20) - 0.2) < 1e-6)
    #expect(abs(schedule.learningRate(at: 2, of: 20) - 0.4) < 1e-6)
    #expect(abs(schedule.learningRate(at: 11, of: 20) - 0.25) < 1e-6)
    #expect(abs(schedule.learningRate(at: 20, of: 20) - 0.1) < 1e-6)
    #expect(abs(schedule.learningRate(at: 21, of: 20) - 0.1) < 1e-6)
  }

  /// A run of one epoch does not end at the peak.
  @Test func theRiseTakesATenthOfTheRunAtMost() {
    let schedule = LearningRateSchedule.cosine(peak: 0.4)
    #expect(abs(schedule.learningRate(at: 0.05, of: 1) - 0.2) < 1e-6)
    #expect(abs(schedule.learningRate(at: 0.1, of: 1) - 0.4) < 1e-6)
    #expect(abs(schedule.learningRate(at: 0.55, of: 1) - 0.2) < 1e-6)
    #expect(schedule.learningRate(at: 1, of: 1) < 1e-6)
  }

  /// While the rate rises a step has that of its end, the run's first one too; afterwards that of its begin.
  @Test func aStepsRate() {
    let schedule = LearningRateSchedule.cosine(peak: 0.4, warmUpEpochs: 2)
    #expect(abs(schedule.learningRate(from: 0, to: 0.25, of: 20) - 0.05) < 1e-6)
    #expect(schedule.learningRate(from: 1.75, to: 2, of: 20) == 0.4)
    #expect(schedule.learningRate(from: 1.875, to: 2.125, of: 20) == 0.4)
    #expect(schedule.learningRate(from: 2, to: 2.25, of: 20) == 0.4)
    #expect(
      schedule.learningRate(from: 11, to: 11.25, of: 20) == schedule.learningRate(at: 11, of: 20))
    #expect(LearningRateSchedule.constant(0.3).learningRate(from: 0, to: 0.5, of: 1) == 0.3)
  }

  /// Runs that were begun with an earlier version go on with the same rates, to the bit.
  @Test func theRatesOfLongRunsAreThoseOfEarlierVersions() {
    let schedule = LearningRateSchedule.cosine(peak: 0.02, warmUpEpochs: 1)
    let batches = 438
    for batch in batches..<14 * batches {
      let progress = Double(batch / batches) + Double(batch % batches) / Double(batches)
      let part = (progress - 1) / 13
      let earlier = Float(0.02) * Float((1 + cos(.pi * part)) / 2)
      let end = Double(batch / batches) + Double(batch % batches + 1) / Double(batches)
      #expect(schedule.learningRate(from: progress, to: end, of: 14) == earlier)
    }
  }

  @Test func theAverageFollows() {
    let parameter = Parameter(name: "w", shape: [2], decays: true)
    let average = WeightAverage(
      settings: .init(decay: 0.5, interval: 1), of: [parameter], pool: WorkerPool(workerCount: 1))
    for step in 1...200 {
      parameter.setRowMajor([1, Float(step)])
      average.update(step: step)
    }
    average.withAverages {
      #expect(abs(parameter.rowMajorValues[0] - 1) < 1e-5)
      #expect(abs(parameter.rowMajorValues[1] - 199) < 1e-2)
    }
    #expect(parameter.rowMajorValues == [1, 200])
  }

  /// The notebook's MLP: cross-entropy of outputs divided by their sum.
  @Test func theGradientOfNormalizedOutputsIsTheDifferenceQuotient() {
    let outputs: [Float] = [0.5, 2, 1, 0.3, 0.1, 4]
    let targets: [Float] = [0, 1, 0, 0.5, 0.25, 0.25]
    func loss(_ outputs: [Float], _ gradient: inout [Float]) -> Double {
      outputs.withUnsafeBufferPointer { outputs in
        targets.withUnsafeBufferPointer { targets in
          TrainingLoss.normalizedCrossEntropy.loss(
            outputs: outputs, targets: targets, classCount: 3, gradient: &gradient)
        }
      }
    }
    var gradient = [Float](repeating: 0, count: 6)
    _ = loss(outputs, &gradient)
    for index in outputs.indices {
      var (above, below, unused) = (outputs, outputs, gradient)
      above[index] += 0.001
      below[index] -= 0.001
      let quotient = (loss(above, &unused) - loss(below, &unused)) / 0.002
      #expect(abs(quotient - Double(gradient[index])) < 1e-3)
    }
    var dead = [Float](repeating: 1, count: 6)
    let value = loss([0, 0, 0, 0, 0, 0], &dead)
    #expect(abs(value - log(3)) < 1e-6)
    #expect(dead.allSatisfy { $0 == 0 })
  }
}
