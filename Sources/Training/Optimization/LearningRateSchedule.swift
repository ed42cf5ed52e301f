import Foundation

/// The learning rate over a run. What ``ReduceOnPlateau`` finds is multiplied to it.
public enum LearningRateSchedule: Sendable, Codable, Equatable {
  /// Always the same.
  case constant(Float)
  /// Rises in a straight line over the first epochs (P. Goyal et al., arXiv:1706.02677, section 2.2), over a tenth of the
  /// run at most, then falls along half a cosine (I. Loshchilov, F. Hutter, "SGDR", ICLR 2017, equation 5) to `floor` at
  /// the run's end.
  case cosine(peak: Float, warmUpEpochs: Double = 1, floor: Float = 0)

  /// The rate at a point of the run.
  ///
  /// - Parameters:
  ///   - progress: Epochs so far, with the part of the current one.
  ///   - epochs: Epochs of the whole run.
  public func learningRate(at progress: Double, of epochs: Int) -> Float {
    switch self {
    case .constant(let rate): return rate
    case .cosine(let peak, _, let floor):
      let rise = warmUp(of: epochs)
      if progress < rise { return peak * Float(progress / rise) }
      let length = max(Double(epochs) - rise, .leastNonzeroMagnitude)
      let part = min((progress - rise) / length, 1)
      return floor + (peak - floor) * Float((1 + cos(.pi * part)) / 2)
    }
  }

  /// The rate of a step.
  ///
  /// - Parameters:
  ///   - begin: Epochs before the step, with the part of the current one.
  ///   - end: Epochs with it.
  ///   - epochs: Epochs of the whole run.
  public func learningRate(from begin: Double, to end: Double, of epochs: Int) -> Float {
    // At its begin a run's first step would have the rate 0 and teach nothing.
    let rise = warmUp(of: epochs)
    return learningRate(at: begin < rise ? min(end, rise) : begin, of: epochs)
  }

  private static let largestRisingPart = 0.1

  /// Epochs in which the rate rises: a run of one epoch would end at the peak.
  private func warmUp(of epochs: Int) -> Double {
    switch self {
    case .constant: 0
    case .cosine(_, let warmUpEpochs, _): min(warmUpEpochs, Self.largestRisingPart * Double(epochs))
    }
  }
}
