import Foundation

/// The learning rate over a run. What ``ReduceOnPlateau`` finds is multiplied to it.
public enum LearningRateSchedule: Sendable, Codable, Equatable {
  /// Always the same.
  case constant(Float)
  /// Rises in a straight line over the first epochs (P. Goyal et al., arXiv:1706.02677, section 2.2), then falls along
  /// half a cosine (I. Loshchilov, F. Hutter, "SGDR", ICLR 2017, equation 5) to `floor` at the run's end.
  case cosine(peak: Float, warmUpEpochs: Double = 1, floor: Float = 0)

  /// The rate at a point of the run.
  ///
  /// - Parameters:
  ///   - progress: Epochs so far, with the part of the current one.
  ///   - epochs: Epochs of the whole run.
  public func learningRate(at progress: Double, of epochs: Int) -> Float {
    switch self {
    case .constant(let rate): return rate
    case .cosine(let peak, let warmUpEpochs, let floor):
      if progress < warmUpEpochs { return peak * Float(progress / warmUpEpochs) }
      let length = max(Double(epochs) - warmUpEpochs, .leastNonzeroMagnitude)
      let part = min((progress - warmUpEpochs) / length, 1)
      return floor + (peak - floor) * Float((1 + cos(.pi * part)) / 2)
    }
  }
}
