/// What was measured after each epoch of a training run.
///
/// A run that diverged may hold losses that are not finite. A value that was not measured is nil.
public struct TrainingHistory: Sendable, Equatable, Codable {
  /// One epoch. JSON keys are the property names.
  public struct Epoch: Sendable, Equatable {
    /// Counted from 1, or from 0 as Keras does.
    public var epoch: Int
    /// Mean loss over the training batches.
    public var trainLoss: Double?
    /// Share of training samples predicted rightly, 0...1.
    public var trainAccuracy: Double?
    /// Mean loss over the validation samples.
    public var validationLoss: Double?
    /// Share of validation samples predicted rightly, 0...1.
    public var validationAccuracy: Double?
    /// The optimiser's step size in the epoch's last batch.
    public var learningRate: Double?
    /// How long the epoch took.
    public var seconds: Double?

    /// One epoch's measures; leave out what was not measured.
    public init(
      epoch: Int, trainLoss: Double? = nil, trainAccuracy: Double? = nil, validationLoss: Double? = nil,
      validationAccuracy: Double? = nil, learningRate: Double? = nil, seconds: Double? = nil
    ) {
      self.epoch = epoch
      self.trainLoss = trainLoss
      self.trainAccuracy = trainAccuracy
      self.validationLoss = validationLoss
      self.validationAccuracy = validationAccuracy
      self.learningRate = learningRate
      self.seconds = seconds
    }
  }

  /// What tells a better epoch from a worse one.
  public enum Criterion: String, Sendable, Codable {
    /// The smaller the better.
    case validationLoss
    /// The larger the better.
    case validationAccuracy
  }

  /// In the order of time.
  public var epochs: [Epoch]

  /// A run's epochs, in the order of time.
  public init(epochs: [Epoch] = []) {
    self.epochs = epochs
  }

  /// The best epoch, the first of equals; nil where the criterion was never measured as a finite number.
  public func bestEpoch(by criterion: Criterion) -> Epoch? {
    var best: (epoch: Epoch, value: Double)?
    for epoch in epochs {
      let measured =
        switch criterion {
        case .validationLoss: epoch.validationLoss.map { -$0 }
        case .validationAccuracy: epoch.validationAccuracy
        }
      guard let value = measured, value.isFinite, value > best?.value ?? -.infinity else { continue }
      best = (epoch, value)
    }
    return best?.epoch
  }

  /// The time of all epochs together, in seconds.
  public var totalSeconds: Double {
    epochs.reduce(0) { $0 + ($1.seconds ?? 0) }
  }
}

extension TrainingHistory.Epoch: Codable {
  private enum CodingKeys: String, CodingKey {
    case epoch, trainLoss, trainAccuracy, validationLoss, validationAccuracy, learningRate, seconds
  }

  /// Writes the measures; one that is not finite is left out, as JSON has no such number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(epoch, forKey: .epoch)
    let measures: [(Double?, CodingKeys)] = [
      (trainLoss, .trainLoss), (trainAccuracy, .trainAccuracy), (validationLoss, .validationLoss),
      (validationAccuracy, .validationAccuracy), (learningRate, .learningRate), (seconds, .seconds),
    ]
    for case (let value?, let key) in measures where value.isFinite {
      try container.encode(value, forKey: key)
    }
  }
}
