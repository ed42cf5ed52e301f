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
  /// By the callback's name.
  var callbacks: [String: String] = [:]

  mutating func beginEpoch() {
    (batch, lossSum, correct, pictures, seconds) = (0, 0, 0, 0, 0)
  }
}
