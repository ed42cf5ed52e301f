import WeightExchange

/// Which pictures trained the weights that a run starts from.
public enum StartingParts: Sendable, Equatable {
  /// None of FER2013, as far as is known: another network's file, as ImageNet's.
  case foreign
  /// Those of an experiment.
  case known(EvaluationProtocol)
  /// Nothing says which.
  case unknown

  /// Checks that weights may begin an experiment.
  ///
  /// - Parameters:
  ///   - experiment: What begins with them.
  ///   - path: Their file.
  /// - Returns: What limits the figures; nil for nothing.
  /// - Throws: ``ExperimentError/otherParts(path:start:experiment:parts:)`` where they have seen pictures that the experiment
  ///   is judged by: its figures would be too high, and those of all that is trained further from it.
  public func check(_ experiment: NetworkExperiment, path: String) throws(ExperimentError) -> String? {
    switch self {
    case .foreign: return nil
    case .unknown:
      return
        "Nothing says which pictures trained \(path), which this network began with: the figures hold only if none of "
        + "those did that it is judged by."
    case .known(let parts):
      guard parts.isFair(measuredOn: experiment.evaluation) else {
        throw .otherParts(
          path: path, start: parts, experiment: experiment.name, parts: experiment.evaluation)
      }
      return nil
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
