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
  /// The best epoch's weights, with which the run ends, cannot be read.
  case badBest(path: String, reason: String)
  /// The checkpoint has come further than the run is to go: epochs that are done, the last one perhaps in part, and those
  /// that were asked for.
  case pastLastEpoch(path: String, done: Int, wanted: Int)

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
    case .badBest(let path, let reason):
      "\(path): the best epoch's weights, with which the run ends, cannot be read (\(reason)); put the file back, or begin "
        + "anew with --fresh"
    case .pastLastEpoch(let path, let done, let wanted):
      "\(path): the run has come to epoch \(done) already, \(wanted) are too few; give at least \(done) epochs, or begin "
        + "anew with --fresh"
    }
  }
}
