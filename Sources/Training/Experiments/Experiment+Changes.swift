/// How far an experiment is the program's own of its name, for whoever puts its figures beside others.
extension Experiment {
  /// What is other than in the program's own experiment of that name, in words; empty where nothing is. Fewer epochs do
  /// not count: see ``NetworkExperiment/fullEpochs``.
  public var changes: [String] {
    guard let original else { return ["no experiment of this program has its name"] }
    var changes: [String] = []
    if evaluation != original.evaluation {
      changes.append("the parts \(evaluation.name) instead of \(original.evaluation.name)")
    }
    if labelling != original.labelling {
      changes.append("the classes \(labelling.classNames.joined(separator: ", "))")
    }
    if case .network(let own) = self, case .network(let original) = original {
      changes += own.networkChanges(from: original)
    }
    // What no option changes yet.
    if changes.isEmpty, !continues(original) { changes.append("other settings") }
    return changes
  }

  private var original: Experiment? {
    switch self {
    case .supportVectors(let own):
      SupportVectorExperiment.all.first { $0.name == own.name }.map { Experiment.supportVectors($0) }
    case .network(let own): own.original.map { Experiment.network($0) }
    }
  }
}

extension NetworkExperiment {
  /// How many epochs the program's own experiment of that name has at most, where this one has fewer; nil elsewhere.
  public var fullEpochs: Int? {
    original.map(\.settings.epochs).flatMap { $0 > settings.epochs ? $0 : nil }
  }

  fileprivate var original: NetworkExperiment? {
    Self.all(seed: settings.seed).first { $0.name == name }
  }

  fileprivate func networkChanges(from original: NetworkExperiment) -> [String] {
    let (own, theirs) = (settings, original.settings)
    let changes: [(words: String, isMade: Bool)] = [
      ("other layers, or others of them trained", network != original.network),
      ("pictures changed by another rule", trainingInput != original.trainingInput),
      ("\(own.epochs) epochs at most instead of \(theirs.epochs)", own.epochs > theirs.epochs),
      ("batches of \(own.batchSize) instead of \(theirs.batchSize)", own.batchSize != theirs.batchSize),
      ("another optimizer or weight decay", own.optimizer != theirs.optimizer),
      ("another learning rate", own.schedule != theirs.schedule),
      ("another mixup of pictures", own.mixup != theirs.mixup),
      ("other sizes of pictures", own.stages != theirs.stages),
      ("a teacher's part of the targets", own.distillation != theirs.distillation),
    ]
    return changes.filter(\.isMade).map(\.words)
  }
}
