import Evaluation

@testable import Training

/// Ends a run after a number of batches.
final class StopAfter: TrainingCallback {
  let name = "stop_after"
  let request: Trainer.StopRequest
  private var left: Int

  init(batches: Int, request: Trainer.StopRequest) { (left, self.request) = (batches, request) }

  func receive(_ event: TrainingEvent, from trainer: Trainer) {
    guard case .batchEnded = event else { return }
    left -= 1
    if left == 0 { request.stop() }
  }
}

/// Remembers what happened.
final class Witness: TrainingCallback {
  let name = "witness"
  var reports: [BatchReport] = []
  var epochs: [TrainingHistory.Epoch] = []
  var ends: [TrainingEnd] = []

  var batches: Int { reports.count }

  func receive(_ event: TrainingEvent, from trainer: Trainer) {
    switch event {
    case .batchEnded(let report): reports.append(report)
    case .epochEnded(let epoch): epochs.append(epoch)
    case .runEnded(let end): ends.append(end)
    default: break
    }
  }
}
