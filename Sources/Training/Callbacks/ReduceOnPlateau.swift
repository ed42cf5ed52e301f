/// Multiplies the learning rate by a factor when a figure has not become better for some epochs, as Keras's
/// ReduceLROnPlateau does.
public final class ReduceOnPlateau: TrainingCallback {
  /// In checkpoints.
  public let name = "reduce_on_plateau"
  private let figure: WatchedFigure
  private let factor: Float
  private let patience: Int
  private let minimumDelta: Double
  private let minimumRate: Float
  private var memory = Patience()

  /// - Parameters:
  ///   - figure: What is watched.
  ///   - factor: What the rate is multiplied by, 0..<1.
  ///   - patience: Epochs without a better value until then.
  ///   - minimumDelta: By how much a value has to be better; Keras's default is 0.0001.
  ///   - minimumRate: The rate does not fall below this.
  public init(
    figure: WatchedFigure, factor: Float, patience: Int, minimumDelta: Double = 1e-4, minimumRate: Float = 0
  ) {
    (self.figure, self.factor, self.patience) = (figure, factor, patience)
    (self.minimumDelta, self.minimumRate) = (minimumDelta, minimumRate)
  }

  /// What it remembers.
  public var state: String? { CallbackState.text(memory) }
  /// Takes it up again.
  public func restore(_ state: String) throws { memory = try CallbackState.value(state) }

  /// Counts the epochs.
  public func receive(_ event: TrainingEvent, from trainer: Trainer) {
    guard case .epochEnded(let epoch) = event, let value = figure.value(of: epoch) else { return }
    guard !memory.take(value, figure, by: minimumDelta), memory.epochsWithout >= patience else { return }
    memory.epochsWithout = 0
    let settings = trainer.task.settings
    let scheduled = settings.schedule.learningRate(at: Double(epoch.epoch), of: settings.epochs)
    let lowest = scheduled > 0 ? minimumRate / scheduled : 0
    trainer.learningRateScale = max(
      trainer.learningRateScale * factor, min(lowest, trainer.learningRateScale))
  }
}
