import Evaluation

/// What happens during training, in its order.
public enum TrainingEvent: Sendable {
  /// The run begins, or goes on from a checkpoint.
  case runBegan
  /// An epoch begins, or goes on.
  case epochBegan(epoch: Int)
  /// A batch was learned.
  case batchEnded(BatchReport)
  /// An epoch has ended and was validated; its row is the history's last.
  case epochEnded(TrainingHistory.Epoch)
  /// The run has ended.
  case runEnded(TrainingEnd)
}

/// How far an epoch has come.
public struct BatchReport: Sendable {
  /// From 0.
  public var epoch: Int
  /// From 0.
  public var batch: Int
  /// Batches of the epoch.
  public var batchCount: Int
  /// Pictures of the epoch so far.
  public var pictures: Int
  /// Mean loss of the epoch so far.
  public var loss: Double
  /// Accuracy of the epoch so far.
  public var accuracy: Double
  /// The step's learning rate.
  public var learningRate: Float
  /// How fast it goes.
  public var pace: TrainingPace
}

/// Why a run ended.
public enum TrainingEnd: Sendable, Equatable {
  /// All epochs are done.
  case finished
  /// A callback saw no use in going on; its words.
  case stoppedEarly(String)
  /// Somebody asked for it; the checkpoint holds all.
  case interrupted
}

/// Listens to training, and may steer it through the ``Trainer``.
public protocol TrainingCallback: AnyObject {
  /// The name under which its state stands in checkpoints.
  var name: String { get }
  /// What it has to remember when training goes on from a checkpoint; nil for nothing.
  var state: String? { get }
  /// Takes up a remembered state.
  func restore(_ state: String) throws
  /// Something happened.
  func receive(_ event: TrainingEvent, from trainer: Trainer) throws
}

extension TrainingCallback {
  /// Nothing.
  public var state: String? { nil }
  /// Does nothing.
  public func restore(_ state: String) throws {}
}
