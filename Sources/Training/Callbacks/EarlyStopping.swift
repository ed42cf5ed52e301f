import Evaluation

/// A figure of an epoch that callbacks watch.
public enum WatchedFigure: String, Sendable, Codable {
  /// Lower is better.
  case validationLoss
  /// Higher is better.
  case validationAccuracy

  func value(of epoch: TrainingHistory.Epoch) -> Double? {
    switch self {
    case .validationLoss: epoch.validationLoss
    case .validationAccuracy: epoch.validationAccuracy
    }
  }

  /// Whether a value is better than the best so far by more than `delta`. One that is not finite never is, and every
  /// finite one is better than such a best.
  func isBetter(_ value: Double, than best: Double?, by delta: Double) -> Bool {
    guard value.isFinite else { return false }
    guard let best, best.isFinite else { return true }
    return self == .validationLoss ? value < best - delta : value > best + delta
  }
}

/// How long a figure has not become better.
struct Patience: Codable {
  var best: Double?
  var epochsWithout = 0

  /// - Returns: Whether the value is a new best.
  mutating func take(_ value: Double, _ figure: WatchedFigure, by delta: Double) -> Bool {
    guard figure.isBetter(value, than: best, by: delta) else {
      epochsWithout += 1
      return false
    }
    best = value
    epochsWithout = 0
    return true
  }
}

/// Ends the run when a figure has not become better for some epochs, as Keras's callback of that name does.
public final class EarlyStopping: TrainingCallback {
  /// In checkpoints.
  public let name = "early_stopping"
  private let figure: WatchedFigure
  private let patience: Int
  private let minimumDelta: Double
  private var memory = Patience()

  /// - Parameters:
  ///   - figure: What is watched.
  ///   - patience: Epochs without a better value that end the run.
  ///   - minimumDelta: By how much a value has to be better.
  public init(figure: WatchedFigure, patience: Int, minimumDelta: Double = 0) {
    (self.figure, self.patience, self.minimumDelta) = (figure, patience, minimumDelta)
  }

  /// What it remembers.
  public var state: String? { CallbackState.text(memory) }
  /// Takes it up again.
  public func restore(_ state: String) throws { memory = try CallbackState.value(state) }

  /// Counts the epochs.
  public func receive(_ event: TrainingEvent, from trainer: Trainer) {
    guard case .epochEnded(let epoch) = event, let value = figure.value(of: epoch) else { return }
    if !memory.take(value, figure, by: minimumDelta), memory.epochsWithout >= patience {
      trainer.earlyStop = "no better \(figure.rawValue) for \(patience) epochs"
    }
  }
}
