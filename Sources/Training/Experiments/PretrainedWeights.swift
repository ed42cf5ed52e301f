import NeuralNetwork
import WeightExchange

/// Starting values from another network's file.
public enum PretrainedWeights {
  /// Copies what has the same name: convolutions and dense layers but for the last one, whose classes are others.
  ///
  /// Filters over three input planes are summed for a network that sees one grey plane. A network with batch norm takes
  /// no biases: the norm would take them away again.
  ///
  /// - Parameters:
  ///   - tensors: The file's.
  ///   - store: Where they go.
  ///   - takesOutput: Whether the last layer is taken too, as when an own network is trained on.
  /// - Throws: ``ExperimentError`` where a shape does not fit, or nothing fits.
  public static func load(
    _ tensors: [NamedTensor], into store: ParameterStore, takesOutput: Bool = false
  ) throws(ExperimentError) {
    if tensors.isEmpty { return }
    var taken = 0
    for tensor in tensors {
      guard let parameter = store[tensor.name] else { continue }
      if tensor.name.hasPrefix("output_layer"), !takesOutput { continue }
      if parameter.shape == tensor.shape {
        parameter.setRowMajor(tensor.values.array)
      } else if let folded = foldingPlanes(tensor, to: parameter.shape) {
        parameter.setRowMajor(folded)
      } else {
        throw .wrongShape(tensor: tensor.name, expected: parameter.shape, found: tensor.shape)
      }
      taken += 1
    }
    if taken == 0 { throw .nothingPretrained(names: tensors.prefix(4).map(\.name)) }
  }

  /// Checks that tensors have every convolution of VGG19: those of another network may have the same names and be fewer.
  ///
  /// - Throws: ``ExperimentError/missing(tensor:)``.
  static func checkConvolutions(_ tensors: [NamedTensor], of store: ParameterStore) throws(ExperimentError) {
    let names = Set(tensors.map(\.name))
    for parameter in store.parameters
    where parameter.name.contains("_conv") && !names.contains(parameter.name) {
      throw .missing(tensor: parameter.name)
    }
  }

  /// Checks that a run of an experiment can begin with tensors, without drawing its network's first values.
  ///
  /// - Throws: ``ExperimentError`` where a convolution is missing, or a shape does not fit.
  public static func check(
    _ tensors: [NamedTensor], for experiment: NetworkExperiment
  ) throws(ExperimentError) {
    let store = ParameterStore()
    _ = experiment.network.layers(
      side: VGG19.inputSide, classCount: experiment.labelling.classNames.count, store: store)
    try checkConvolutions(tensors, of: store)
    for tensor in tensors where !tensor.name.hasPrefix("output_layer") {
      guard let shape = store[tensor.name]?.shape, shape != tensor.shape else { continue }
      guard foldsPlanes(of: tensor.shape, to: shape) else {
        throw .wrongShape(tensor: tensor.name, expected: shape, found: tensor.shape)
      }
    }
  }

  private static func foldsPlanes(of found: [Int], to shape: [Int]) -> Bool {
    guard shape.count == 4, found.count == 4 else { return false }
    return shape[1] == 1 && found[0] == shape[0] && found[2...] == shape[2...]
  }

  /// [out, planes, h, w] summed to [out, 1, h, w].
  private static func foldingPlanes(_ tensor: NamedTensor, to shape: [Int]) -> [Float]? {
    guard foldsPlanes(of: tensor.shape, to: shape) else { return nil }
    let (area, planes) = (shape[2] * shape[3], tensor.shape[1])
    return tensor.values.withValues { values in
      (0..<shape[0] * area).map { place in
        let (output, tap) = (place / area, place % area)
        return (0..<planes).reduce(0) { $0 + values[(output * planes + $1) * area + tap] }
      }
    }
  }
}

/// Why an experiment cannot begin.
public enum ExperimentError: Error, Equatable, CustomStringConvertible {
  /// A tensor of the file to start from does not fit.
  case wrongShape(tensor: String, expected: [Int], found: [Int])
  /// The file to start from has nothing for this network.
  case nothingPretrained(names: [String])
  /// The file to start from lacks a tensor.
  case missing(tensor: String)
  /// Pictures that the experiment chooses or tests with trained the network to start from.
  case otherParts(path: String, start: EvaluationProtocol, experiment: String, parts: EvaluationProtocol)

  /// One line for the terminal.
  public var description: String {
    switch self {
    case .wrongShape(let tensor, let expected, let found):
      "the weights to start from do not fit: \(tensor) is \(found), the network has \(expected)"
    case .missing(let tensor):
      "the weights to start from have no \(tensor)"
    case .otherParts(let path, let start, let experiment, let parts):
      "\(path) was trained on the parts \(start.name), so it knows pictures that \(experiment) on the parts \(parts.name) is "
        + "judged by; start from a network that was trained on \(parts.name), or give --split \(start.name)"
    case .nothingPretrained(let names):
      "the weights to start from have no tensor of this network; theirs are \(names.joined(separator: ", ")), ..."
    }
  }
}
