import Foundation
import WeightExchange

/// Tells weights apart.
enum WeightFingerprint {
  /// A short text that differs for different weights: FNV-1a (G. Fowler, L. Noll, K.-P. Vo) over names and numbers.
  static func text(of tensors: [NamedTensor]) -> String {
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
