import ArgumentParser
import Datasets
import Training

/// What may be changed in an experiment.
struct TrainingOptions: ParsableArguments {
  /// The rules by their names.
  enum Optimizer: String, ExpressibleByArgument, CaseIterable {
    case nesterov, adam, adamw

    /// AdamW's decay where none is given: its authors' and PyTorch's.
    private static let adamWeightDecay: Float = 0.01

    /// The rule; the experiment's own where it is that already.
    func settings(insteadOf own: OptimizerSettings) -> OptimizerSettings {
      switch (self, own) {
      case (.nesterov, .nesterov): own
      case (.adam, .adam(_, _, _, let weightDecay, _)) where weightDecay == 0: own
      case (.adamw, .adam(_, _, _, let weightDecay, _)) where weightDecay > 0: own
      case (.nesterov, _): .nesterov()
      case (.adam, _): .adam()
      case (.adamw, _): .adam(weightDecay: Self.adamWeightDecay)
      }
    }
  }

  @Option(help: "Passes over the training pictures, instead of the experiment's.")
  var epochs: Int?

  @Option(help: "Pictures of a step, instead of the experiment's.")
  var batchSize: Int?

  @Option(help: "The highest learning rate, instead of the experiment's.")
  var learningRate: Float?

  @Option(help: "Mixes pairs of pictures by Beta(alpha, alpha); 0 for not.")
  var mixup: Double?

  @Option(
    help: ArgumentHelp(
      "How strongly vgg19-best's pictures are changed at random: 0 mirrors them only, 1 is the experiment's.")
  )
  var augmentation: Double?

  @Option(help: "The rule that changes the weights, instead of the experiment's: nesterov, adam or adamw.")
  var optimizer: Optimizer?

  @Option(
    help: "Weight decay, instead of the experiment's; norms and biases have none. It makes AdamW of Adam.")
  var weightDecay: Float?

  @Option(
    help:
      "Input sizes of vgg19-best, as 0:32,20:48: 32x32 from epoch 0, 48x48 from epoch 20. Multiples of 16 lose no edge."
  )
  var sizes: String?

  @Option(help: "Trains the last N of VGG19's 16 convolutions and leaves the others as they are.")
  var trainedConvolutions: Int?

  @Option(
    help: ArgumentHelp(
      "Which pictures train, choose and test, instead of the experiment's: \(EvaluationProtocol.names)."))
  var split: String?

  @Flag(help: "Takes sadness and neutral as one class.")
  var mergeSadnessNeutral = false

  func validate() throws {
    if let epochs, !(1...100_000).contains(epochs) { throw ValidationError("--epochs must be 1...100000") }
    if let batchSize, !(1...4096).contains(batchSize) {
      throw ValidationError("--batch-size must be 1...4096")
    }
    if let learningRate, !(learningRate > 0 && learningRate.isFinite) {
      throw ValidationError("--learning-rate must be above 0")
    }
    if let weightDecay, !(weightDecay >= 0 && weightDecay.isFinite) {
      throw ValidationError("--weight-decay must be at least 0")
    }
    if optimizer == .adam, weightDecay != nil {
      throw ValidationError("--weight-decay is for nesterov and adamw: adam with weight decay is adamw")
    }
    if let mixup, !(mixup >= 0 && mixup <= 100) { throw ValidationError("--mixup must be 0...100") }
    if let augmentation, !(0...3).contains(augmentation) {
      throw ValidationError("--augmentation must be 0...3")
    }
    if let trainedConvolutions, !(0...16).contains(trainedConvolutions) {
      throw ValidationError("--trained-convolutions must be 0...16")
    }
    _ = try (stages(), split.map { try EvaluationProtocol.named($0) })
  }

  /// The experiment with what was changed.
  ///
  /// - Parameter isStrict: Whether an option that the experiment does not have is a mistake; else it is passed over.
  func applied(to experiment: Experiment, isStrict: Bool = true) throws -> Experiment {
    var experiment = experiment
    if let split { experiment.evaluation = try .named(split) }
    if mergeSadnessNeutral { experiment.labelling = .mergedSadnessNeutral }
    guard case .network(var network) = experiment else {
      if isStrict { try refuseNetworkOptions(for: experiment.name) }
      return experiment
    }
    if let epochs { network.settings.epochs = epochs }
    if let batchSize { network.settings.batchSize = batchSize }
    if let optimizer {
      network.settings.optimizer = optimizer.settings(insteadOf: network.settings.optimizer)
    }
    if let weightDecay { network.settings.optimizer = network.settings.optimizer.decaying(by: weightDecay) }
    if let mixup { network.settings.mixup = mixup > 0 ? Mixup(alpha: mixup) : nil }
    if let learningRate {
      switch network.settings.schedule {
      case .constant: network.settings.schedule = .constant(learningRate)
      case .cosine(_, let warmUp, let floor):
        network.settings.schedule = .cosine(peak: learningRate, warmUpEpochs: warmUp, floor: floor)
      }
    }
    if let trainedConvolutions {
      switch network.network {
      case .vgg19(let isBatchNormalized, let dropout, _):
        network.network = .vgg19(
          isBatchNormalized: isBatchNormalized, dropout: dropout, trainedConvolutions: trainedConvolutions)
      case .transfer(let hidden, let normalizesFeatures, _):
        network.network = .transfer(
          hidden: hidden, normalizesFeatures: normalizesFeatures, trainedConvolutions: trainedConvolutions)
      default:
        guard isStrict else { break }
        throw ValidationError("--trained-convolutions is for transfer and vgg19, not for \(network.name)")
      }
    }
    if let augmentation {
      if case .augmented(let own) = network.trainingInput {
        let scaled = own.scaled(by: augmentation)
        try scaled.validate()
        network.trainingInput = .augmented(scaled)
      } else if isStrict {
        throw ValidationError("--augmentation is for vgg19-best, not for \(network.name)")
      }
    }
    if let stages = try stages() {
      let takesAnySide =
        network.network.takesAnySide && network.trainingInput.takesAnySide
        && network.validationInput.takesAnySide
      if takesAnySide {
        if let last = stages.last, last.firstEpoch >= network.settings.epochs {
          throw ValidationError(
            "--sizes \(sizes ?? ""): the run ends before \(last.side)x\(last.side) begins, its epochs are 0 to "
              + "\(network.settings.epochs - 1)")
        }
        network.settings.stages = stages
      } else if isStrict {
        throw ValidationError("--sizes is for vgg19-best, not for \(network.name)")
      }
    }
    return .network(network)
  }

  private func refuseNetworkOptions(for name: String) throws {
    let given: [(String, Bool)] = [
      ("--epochs", epochs != nil), ("--batch-size", batchSize != nil),
      ("--learning-rate", learningRate != nil), ("--optimizer", optimizer != nil),
      ("--weight-decay", weightDecay != nil), ("--mixup", mixup != nil), ("--sizes", sizes != nil),
      ("--trained-convolutions", trainedConvolutions != nil), ("--augmentation", augmentation != nil),
    ]
    if let (option, _) = given.first(where: \.1) {
      throw ValidationError("\(option) is for networks, not for \(name)")
    }
  }

  private func stages() throws -> [TrainingSettings.Stage]? {
    guard let sizes else { return nil }
    let stages = try sizes.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let numbers = part.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.count == 2, let epoch = numbers[0], let side = numbers[1], (16...48).contains(side),
        epoch >= 0
      else {
        throw ValidationError("--sizes \(sizes): \(part) is not EPOCH:SIDE with a side of 16 to 48")
      }
      return TrainingSettings.Stage(firstEpoch: epoch, side: side)
    }
    guard stages.first?.firstEpoch == 0 else {
      throw ValidationError("--sizes \(sizes): the first size begins with epoch 0")
    }
    guard zip(stages, stages.dropFirst()).allSatisfy({ $0.firstEpoch < $1.firstEpoch }) else {
      throw ValidationError("--sizes \(sizes): the epochs must ascend")
    }
    return stages
  }
}
