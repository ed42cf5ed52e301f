import Datasets
import NeuralNetwork

/// How a network is trained: everything that, with the data, decides the result.
public struct TrainingSettings: Sendable, Codable, Equatable {
  /// Epochs with inputs of one size: small pictures first cost less and teach the coarse things.
  public struct Stage: Sendable, Codable, Equatable {
    /// The first epoch, from 0.
    public var firstEpoch: Int
    /// Width and height of the input in pixels.
    public var side: Int

    /// Inputs of that side from that epoch on.
    public init(firstEpoch: Int, side: Int) {
      self.firstEpoch = firstEpoch
      self.side = side
    }
  }

  /// Passes over the training pictures.
  public var epochs: Int
  /// Pictures of a step.
  public var batchSize: Int
  /// The rule that changes the weights.
  public var optimizer: OptimizerSettings
  /// The learning rate over the run.
  public var schedule: LearningRateSchedule
  /// ε of ``SoftmaxCrossEntropy/target(label:classCount:smoothing:)``, 0...1.
  public var labelSmoothing: Float
  /// Mixes pairs of pictures; nil for none.
  public var mixup: Mixup?
  /// Takes part of the targets from a trained network; nil for none.
  public var distillation: Distillation?
  /// Averages the weights; nil for none.
  public var average: WeightAverage.Settings?
  /// Input sizes in the order of their first epochs, the first one's 0.
  public var stages: [Stage]
  /// What every random number follows from.
  public var seed: UInt64

  /// Settings with the simplest choice for all that is not given.
  public init(
    epochs: Int, batchSize: Int, optimizer: OptimizerSettings, schedule: LearningRateSchedule,
    labelSmoothing: Float = 0, mixup: Mixup? = nil, average: WeightAverage.Settings? = nil,
    stages: [Stage] = [Stage(firstEpoch: 0, side: VGG19.inputSide)], seed: UInt64
  ) {
    precondition(epochs > 0 && batchSize > 0 && stages.first?.firstEpoch == 0)
    self.epochs = epochs
    self.batchSize = batchSize
    self.optimizer = optimizer
    self.schedule = schedule
    self.labelSmoothing = labelSmoothing
    self.mixup = mixup
    self.average = average
    self.stages = stages
    self.seed = seed
  }

  /// Width and height of the input in an epoch.
  public func side(inEpoch epoch: Int) -> Int {
    stages.last { $0.firstEpoch <= epoch }?.side ?? VGG19.inputSide
  }
}
