import Evaluation

/// Writes the history as CSV after each epoch.
public final class HistoryLog: TrainingCallback {
  /// In checkpoints.
  public let name = "history_log"
  private let path: String

  /// - Parameter path: The file, written anew each time.
  public init(path: String) { self.path = path }

  /// Writes.
  public func receive(_ event: TrainingEvent, from trainer: Trainer) throws {
    if case .epochEnded = event { try trainer.history.write(csv: path) }
  }
}
