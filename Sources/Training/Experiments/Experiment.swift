/// An experiment of either kind, as a value.
public enum Experiment: Sendable, Codable, Equatable {
  /// A support vector machine.
  case supportVectors(SupportVectorExperiment)
  /// A network.
  case network(NetworkExperiment)

  /// All of them, in the notebook's order.
  public static func all(seed: UInt64) -> [Experiment] {
    SupportVectorExperiment.all.map { .supportVectors($0) }
      + NetworkExperiment.all(seed: seed).map { .network($0) }
  }

  /// The name on the command line.
  public var name: String {
    switch self {
    case .supportVectors(let experiment): experiment.name
    case .network(let experiment): experiment.name
    }
  }

  /// A line for reports.
  public var title: String {
    switch self {
    case .supportVectors(let experiment): experiment.title
    case .network(let experiment): experiment.title
    }
  }

  /// Which pictures train, choose and test.
  public var evaluation: EvaluationProtocol {
    get {
      switch self {
      case .supportVectors(let experiment): experiment.evaluation
      case .network(let experiment): experiment.evaluation
      }
    }
    set {
      switch self {
      case .supportVectors(var experiment):
        experiment.evaluation = newValue
        self = .supportVectors(experiment)
      case .network(var experiment):
        experiment.evaluation = newValue
        self = .network(experiment)
      }
    }
  }

  /// Which classes are told apart.
  public var labelling: Labelling {
    get {
      switch self {
      case .supportVectors(let experiment): experiment.labelling
      case .network(let experiment): experiment.labelling
      }
    }
    set {
      switch self {
      case .supportVectors(var experiment):
        experiment.labelling = newValue
        self = .supportVectors(experiment)
      case .network(var experiment):
        experiment.labelling = newValue
        self = .network(experiment)
      }
    }
  }

  /// Whether the other one differs in nothing but how long it trains.
  func continues(_ other: Experiment) -> Bool {
    guard case .network(var own) = self, case .network(let saved) = other else { return self == other }
    own.settings.epochs = saved.settings.epochs
    return own == saved
  }
}
