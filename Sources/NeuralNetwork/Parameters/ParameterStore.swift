import Tensors

/// The parameters of a network by name. Networks that are built from one store share them.
public final class ParameterStore {
  /// In the order in which they were made.
  public private(set) var parameters: [Parameter] = []
  private var places: [String: Int] = [:]
  private let seed: UInt64?

  /// - Parameter seed: What the first values are drawn from.
  public init(seed: UInt64) { self.seed = seed }

  /// Begins all parameters with 0, for values that are read from a file: drawing VGG19's takes longer than reading them.
  public init() { seed = nil }

  /// The parameter of a name; nil where there is none yet.
  public subscript(name: String) -> Parameter? { places[name].map { parameters[$0] } }

  /// The parameter of a name, made where there is none yet. Its first values depend on the store's seed and its name
  /// alone.
  ///
  /// - Precondition: One that is there already has the same shape and layout.
  public func parameter(
    _ name: String, shape: [Int], layout: Parameter.Layout = .rowMajor, initialization: Initialization,
    decays: Bool, isTrained: Bool = true
  ) -> Parameter {
    if let place = places[name] {
      precondition(parameters[place].shape == shape && parameters[place].layout == layout)
      return parameters[place]
    }
    let parameter = Parameter(
      name: name, shape: shape, layout: layout, decays: decays, isTrained: isTrained)
    if let seed {
      var random = SeededGenerator(seed: seed, stream: Self.hash(name))
      initialization.fill(parameter, random: &random)
    }
    places[name] = parameters.count
    parameters.append(parameter)
    return parameter
  }

  /// FNV-1a (G. Fowler, L. Noll, K.-P. Vo): the same in every run, as Swift's own hash is not.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}
