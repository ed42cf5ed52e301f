import Evaluation

/// Where a run stands, beside its tensors.
struct TrainingState: Codable {
  /// The present epoch, from 0.
  var epoch = 0
  /// The next batch of the epoch, from 0.
  var batch = 0
  /// Steps so far.
  var step = 0
  /// Of the present epoch so far.
  var lossSum = 0.0
  var correct = 0
  var pictures = 0
  var seconds = 0.0
  /// What ``ReduceOnPlateau`` has made of the learning rate.
  var learningRateScale: Float = 1
  var history = TrainingHistory()
  /// Why the run is over before its last epoch.
  var earlyStop: String?
  /// Workers of the process that wrote this; nil in checkpoints of versions that did not note it. Sums are added up in
  /// an order that depends on it.
  var workerCount: Int?
  /// That process's ``KernelInstructions``; nil likewise, and with the same effect.
  var instructions: String?
  /// By the callback's name.
  var callbacks: [String: String] = [:]

  mutating func beginEpoch() {
    (batch, lossSum, correct, pictures, seconds) = (0, 0, 0, 0, 0)
  }
}

extension TrainingState {
  /// The command takes no more; far below what overflows.
  private static let maximumEpochs = 100_000

  /// Finds a number that no run comes to.
  ///
  /// - Parameters:
  ///   - optimizerSteps: The optimiser's steps, which stand beside the state.
  ///   - batchCount: Batches of an epoch.
  ///   - pictureCount: Pictures of an epoch.
  /// - Returns: The first one in words; nil where there is none.
  func impossibility(optimizerSteps: Int, batchCount: Int, pictureCount: Int) -> String? {
    let maximumSteps = Self.maximumEpochs * batchCount
    let numbers: [(name: String, value: Int, maximum: Int)] = [
      ("epoch", epoch, Self.maximumEpochs), ("batch", batch, batchCount), ("step", step, maximumSteps),
      ("optimizer_steps", optimizerSteps, maximumSteps), ("pictures", pictures, pictureCount),
      ("correct", correct, pictures),
    ]
    for (name, value, maximum) in numbers where value < 0 || value > maximum {
      return "\(name) is \(value), it can be 0 to \(maximum)"
    }
    return nil
  }
}
