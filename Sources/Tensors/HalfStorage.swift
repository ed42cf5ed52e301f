/// A block of half precision numbers at a fixed address.
///
/// Unchecked because it hands out its pointer: it is written once, before it is shared.
public final class HalfStorage: @unchecked Sendable {
  /// Bit patterns of IEEE 754 binary16, valid as long as the storage is alive.
  public let base: UnsafeMutablePointer<UInt16>

  /// Storage whose values are not set yet.
  ///
  /// - Precondition: `count` is not negative.
  public init(count: Int) {
    precondition(count >= 0)
    base = AlignedMemory.allocate(byteCount: count * MemoryLayout<UInt16>.stride)
      .bindMemory(to: UInt16.self, capacity: max(count, 1))
  }

  deinit { AlignedMemory.free(base) }
}
