import Foundation
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

  /// A short text that differs for different weights: a run goes on only with those that it began with. FNV-1a
  /// (G. Fowler, L. Noll, K.-P. Vo) over names and numbers.
  public var fingerprint: String {
    switch self {
    case .random: "random"
    case .pretrained(let tensors): "pretrained \(Self.hash(tensors))"
    case .continued(let tensors): "continued \(Self.hash(tensors))"
    }
  }

  private static func hash(_ tensors: [NamedTensor]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ value: UInt64) { hash = (hash ^ value) &* 0x0000_0100_0000_01B3 }
    for tensor in tensors {
      for byte in tensor.name.utf8 { add(UInt64(byte)) }
      tensor.values.withValues { values in
        for value in values { add(UInt64(value.bitPattern)) }
      }
    }
    return String(format: "%016lx", UInt(hash))
  }
}
