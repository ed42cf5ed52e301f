import Evaluation
import NeuralNetwork
import Tensors

@testable import Training

/// All that a run leaves, but for the times.
struct RunResult: Equatable {
  let weights: [[Float]]
  let averages: [[Float]]
  let epochs: [TrainingHistory.Epoch]

  init(_ trainer: Trainer) {
    weights = trainer.task.store.parameters.map(\.rowMajorValues)
    averages = trainer.average?.averages.map(\.array) ?? []
    epochs = trainer.history.epochs.map { epoch in
      var epoch = epoch
      epoch.seconds = nil
      return epoch
    }
  }
}
