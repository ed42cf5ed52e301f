import CKernels
import Foundation
import NeuralNetwork
import Tensors

/// Changes parameters by their gradients, a step at a time.
public final class Optimizer {
  /// The rule.
  public let settings: OptimizerSettings
  /// What is changed.
  public let parameters: [Parameter]
  /// Steps so far; Adam's correction of the start depends on it.
  public private(set) var stepCount = 0
  /// What is kept between steps: by slot, then by parameter, each in its parameter's layout.
  let slots: [[FloatStorage]]
  private let pool: WorkerPool

  /// - Parameters:
  ///   - settings: The rule.
  ///   - parameters: Those of them that are trained are changed.
  ///   - pool: Who computes.
  public init(settings: OptimizerSettings, parameters: [Parameter], pool: WorkerPool) {
    self.settings = settings
    self.parameters = parameters.filter(\.isTrained)
    self.pool = pool
    slots = settings.slots.map { _ in parameters.filter(\.isTrained).map { FloatStorage(zeros: $0.count) } }
  }

  /// Goes on from a checkpoint.
  func resume(stepCount: Int) { self.stepCount = stepCount }

  /// Changes every parameter by its gradient.
  ///
  /// - Parameter learningRate: At least 0.
  public func step(learningRate: Float) {
    stepCount += 1
    pool.gathering {
      for (index, parameter) in parameters.enumerated() { change(parameter, index, learningRate) }
    }
  }

  private func change(_ parameter: Parameter, _ index: Int, _ learningRate: Float) {
    let (weights, gradient) = (parameter.values.base, parameter.gradient.base)
    switch settings {
    case .nesterov(let momentum, let weightDecay):
      let velocity = slots[0][index].base
      let decay = parameter.decays ? weightDecay : 0
      pool.split(parameter.count, multiple: 1024) { _, range in
        let first = range.lowerBound
        kernel_nesterov_step(
          weights + first, gradient + first, velocity + first, range.count, learningRate, momentum, decay)
      }
    case .adam(let beta1, let beta2, let epsilon, let weightDecay, let form):
      let (mean, square) = (slots[0][index].base, slots[1][index].base)
      let decay = parameter.decays ? weightDecay * learningRate : 0
      let meanScale = Float(1 / (1 - pow(Double(beta1), Double(stepCount))))
      let squareScale = Float(1 / (1 - pow(Double(beta2), Double(stepCount))))
      // The kernel adds ε behind the correction.
      let added = form == .uncorrected ? epsilon * squareScale.squareRoot() : epsilon
      pool.split(parameter.count, multiple: 1024) { _, range in
        let first = range.lowerBound
        kernel_adam_step(
          weights + first, gradient + first, mean + first, square + first, range.count, learningRate, beta1,
          beta2, meanScale, squareScale, added, decay)
      }
    }
  }
}
