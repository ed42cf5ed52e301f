import NeuralNetwork

/// Writes TensorBoard event files: loss, accuracy and rate after each epoch, and histograms of the weights as Keras's
/// callback does with `histogram_freq`.
public final class TensorBoardLog: TrainingCallback {
  /// In checkpoints.
  public let name = "tensorboard"
  private let folder: String
  private let histogramInterval: Int
  private var train: TensorBoardWriter?
  private var validation: TensorBoardWriter?

  /// - Parameters:
  ///   - folder: `train` and `validation` are made in it.
  ///   - histogramInterval: Epochs between histograms; 0 for none.
  public init(folder: String, histogramInterval: Int = 1) {
    (self.folder, self.histogramInterval) = (folder, histogramInterval)
  }

  /// Writes.
  public func receive(_ event: TrainingEvent, from trainer: Trainer) throws {
    switch event {
    case .runBegan:
      let firstStep = trainer.history.epochs.isEmpty ? nil : trainer.history.epochs.count + 1
      train = try TensorBoardWriter(folder: "\(folder)/train", continuingAt: firstStep)
      validation = try TensorBoardWriter(folder: "\(folder)/validation", continuingAt: firstStep)
    case .epochEnded(let epoch):
      if let loss = epoch.trainLoss { try train?.log("epoch_loss", Float(loss), step: epoch.epoch) }
      if let accuracy = epoch.trainAccuracy {
        try train?.log("epoch_accuracy", Float(accuracy), step: epoch.epoch)
      }
      if let rate = epoch.learningRate { try train?.log("learning_rate", Float(rate), step: epoch.epoch) }
      if let loss = epoch.validationLoss { try validation?.log("epoch_loss", Float(loss), step: epoch.epoch) }
      if let accuracy = epoch.validationAccuracy {
        try validation?.log("epoch_accuracy", Float(accuracy), step: epoch.epoch)
      }
      guard histogramInterval > 0, epoch.epoch % histogramInterval == 0 else { return }
      for parameter in trainer.optimizer.parameters {
        try parameter.values.withValues { try train?.logHistogram(parameter.name, of: $0, step: epoch.epoch) }
      }
    case .runEnded:
      try train?.close()
      try validation?.close()
    default: return
    }
  }
}
