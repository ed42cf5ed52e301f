/// Why training cannot go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// The loss is no number any more.
  case diverged(epoch: Int, batch: Int)
  /// A split without pictures to train with.
  case nothingToTrain
  /// The checkpoint is one of another run.
  case otherRun(path: String, difference: String)
  /// The checkpoint's state cannot be read.
  case badCheckpoint(path: String, reason: String)

  /// One line for the terminal.
  public var description: String {
    switch self {
    case .diverged(let epoch, let batch):
      "the loss is no number any more in epoch \(epoch + 1), batch \(batch + 1); a lower learning rate may help"
    case .nothingToTrain: "the split has no training pictures"
    case .otherRun(let path, let difference):
      "\(path): the checkpoint is of a run with other settings (\(difference)); remove it to begin anew"
    case .badCheckpoint(let path, let reason):
      "\(path): not a checkpoint that can be gone on from (\(reason)); remove it to begin anew"
    }
  }
}
