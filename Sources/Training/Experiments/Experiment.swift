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
  public var name: String { self[\.name, \.name] }
  /// A line for reports.
  public var title: String { self[\.title, \.title] }
  /// Which pictures train, choose and test.
  public var evaluation: EvaluationProtocol {
    get { self[\.evaluation, \.evaluation] }
    set { self[\.evaluation, \.evaluation] = newValue }
  }
  /// Which classes are told apart.
  public var labelling: Labelling {
    get { self[\.labelling, \.labelling] }
    set { self[\.labelling, \.labelling] = newValue }
  }

  /// What both kinds have.
  private subscript<Value>(
    machine: WritableKeyPath<SupportVectorExperiment, Value>,
    network: WritableKeyPath<NetworkExperiment, Value>
  ) -> Value {
    get {
      switch self {
      case .supportVectors(let experiment): experiment[keyPath: machine]
      case .network(let experiment): experiment[keyPath: network]
      }
    }
    set {
      switch self {
      case .supportVectors(var experiment):
        experiment[keyPath: machine] = newValue
        self = .supportVectors(experiment)
      case .network(var experiment):
        experiment[keyPath: network] = newValue
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
