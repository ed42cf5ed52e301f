import CKernels
import NeuralNetwork
import Tensors

/// The exponential moving average of a network's parameters and statistics: what is evaluated and exported, because it
/// is less noisy than the newest weights (B. Polyak, A. Juditsky, 1992; in this form C. Szegedy et al., CVPR 2016,
/// section 8).
public final class WeightAverage {
  /// How an average is kept.
  public struct Settings: Sendable, Codable, Equatable {
    /// How much of the average stays at each step, 0..<1. In the first 9 / (1 - decay) steps less stays: see
    /// ``WeightAverage/update(step:)``.
    public var decay: Float
    /// Steps between updates, each of which then counts for all of them: reading all weights costs as much time as a
    /// step of the optimiser.
    public var interval: Int

    /// An average over about 1 / (1 - decay) steps once there were nine times as many.
    public init(decay: Float, interval: Int = 4) {
      precondition((0..<1).contains(decay) && interval > 0)
      self.decay = decay
      self.interval = interval
    }
  }

  /// How it is kept.
  public let settings: Settings
  let tensors: [Parameter]
  let averages: [FloatStorage]
  private let pool: WorkerPool

  /// Begins with the present values.
  public init(settings: Settings, of tensors: [Parameter], pool: WorkerPool) {
    self.settings = settings
    self.tensors = tensors
    self.pool = pool
    averages = tensors.map { tensor in tensor.values.withValues { FloatStorage($0) } }
  }

  /// Takes the values in, where the step's turn has come.
  ///
  /// Not to hold on to where the run began, the average is over about the last ninth of the steps that there were, until
  /// there are 9 / (1 - decay) of them: 9,000 with a decay of 0.999.
  ///
  /// - Parameter step: From 1.
  public func update(step: Int) {
    guard step % settings.interval == 0 else { return }
    let updates = Float(step / settings.interval)
    var decay: Float = 1
    for _ in 0..<settings.interval { decay *= settings.decay }
    decay = min(decay, updates / (updates + 9))
    pool.gathering {
      for (tensor, average) in zip(tensors, averages) {
        pool.split(tensor.count, multiple: 1024) { _, range in
          kernel_moving_average(
            average.base + range.lowerBound, tensor.values.base + range.lowerBound, range.count, decay)
        }
      }
    }
  }

  /// Runs `body` while the averages stand in the network's place.
  public func withAverages<Result>(_ body: () throws -> Result) rethrows -> Result {
    exchange()
    defer { exchange() }
    return try body()
  }

  private func exchange() {
    for (tensor, average) in zip(tensors, averages) {
      for index in 0..<tensor.count { swap(&tensor.values.base[index], &average.base[index]) }
    }
  }
}
