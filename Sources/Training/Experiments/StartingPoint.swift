import WeightExchange

/// Which pictures trained the weights that a run starts from.
public enum StartingParts: Sendable, Equatable {
  /// None of FER2013, as far as is known: another network's file, as ImageNet's.
  case foreign
  /// Those that the weights' origin tells.
  case said(TrainingOrigin)

  /// Those of a file of Keras's, which says nothing. Another network's file has no output layer of the notebook's name:
  /// a file that has one was trained on emotions, and so was what is trained further with its last layer.
  ///
  /// - Parameters:
  ///   - tensors: The file's.
  ///   - isContinued: Whether its network is trained further, its last layer included.
  public init(keras tensors: [NamedTensor], isContinued: Bool) {
    let tellsEmotions = isContinued || tensors.contains { $0.name.hasPrefix("output_layer.") }
    self = tellsEmotions ? .said(TrainingOrigin()) : .foreign
  }

  /// Whether nobody knows which pictures of a data set trained the weights.
  ///
  /// - Parameter data: The pictures' ``DataFingerprint``.
  public func isUnknown(on data: String) -> Bool {
    switch self {
    case .foreign: false
    case .said(let origin): origin.doubt(on: data) != nil
    }
  }

  /// Checks that weights may begin an experiment.
  ///
  /// - Parameters:
  ///   - experiment: What begins with them.
  ///   - path: Their file.
  ///   - data: The ``DataFingerprint`` of the pictures that it runs on.
  /// - Returns: What limits the figures; nil for nothing.
  /// - Throws: ``ExperimentError/otherParts(path:start:experiment:parts:)`` where they have seen pictures that the experiment
  ///   is judged by: its figures would be too high, and those of all that is trained further from it.
  public func check(
    _ experiment: NetworkExperiment, path: String, data: String
  ) throws(ExperimentError) -> String? {
    guard case .said(let origin) = self else { return nil }
    if let doubt = origin.doubt(on: data) { return Self.caveat(doubt, path: path) }
    guard let parts = origin.evaluation, !parts.isFair(measuredOn: experiment.evaluation) else { return nil }
    throw .otherParts(path: path, start: parts, experiment: experiment.name, parts: experiment.evaluation)
  }

  private static func caveat(_ doubt: TrainingOrigin.Doubt, path: String) -> String {
    switch doubt {
    case .unsaid:
      "Nothing says which pictures trained \(path), which this network began with: the figures hold only if none of "
        + "those did that it is judged by."
    case .otherData:
      "\(path), which this network began with, was trained on other data: some of the pictures that this network is "
        + "judged by may have trained it."
    case .unknownStart:
      "Nothing says which pictures trained what \(path), which this network began with, had begun with: the figures "
        + "hold only if none of those did that it is judged by."
    }
  }
}

/// What a network's parameters begin with.
public enum StartingPoint: Sendable {
  /// Random numbers that follow from the seed.
  case random
  /// Another network's convolutions, as ImageNet's; the last layer begins at random.
  case pretrained([NamedTensor])
  /// A network of the same kind and classes, the daemon's or a run's, that is trained further: everything is taken, and
  /// norms that were folded are put back.
  case continued([NamedTensor])

  /// A short text that differs for different weights: a run goes on only with those that it began with.
  public var fingerprint: String {
    switch self {
    case .random: "random"
    case .pretrained(let tensors): "pretrained \(WeightFingerprint.text(of: tensors))"
    case .continued(let tensors): "continued \(WeightFingerprint.text(of: tensors))"
    }
  }
}
