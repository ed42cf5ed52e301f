import WeightExchange

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
