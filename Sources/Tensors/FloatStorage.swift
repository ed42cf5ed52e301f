/// A block of floats at a fixed address, aligned for the widest vector registers.
///
/// Unchecked because it hands out its pointer: who holds the storage agrees who writes when. Weights are
/// written once before they are shared; work buffers belong to one network, which one thread uses at a time.
public final class FloatStorage: @unchecked Sendable {
  /// How many floats it holds.
  public let count: Int
  /// The first float. Valid as long as the storage is alive, which whoever uses it sees to.
  public let base: UnsafeMutablePointer<Float>

  /// All floats, for who writes to them; valid as long as the storage is alive.
  public var buffer: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  /// Storage filled with zeros.
  ///
  /// - Precondition: `count` is not negative.
  public init(zeros count: Int) {
    precondition(count >= 0)
    self.count = count
    base = AlignedMemory.allocate(byteCount: count * MemoryLayout<Float>.stride)
      .bindMemory(to: Float.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: count)
  }

  /// Storage filled from a sequence.
  public convenience init(_ values: some Collection<Float>) {
    self.init(zeros: values.count)
    for (index, value) in values.enumerated() { base[index] = value }
  }

  deinit { AlignedMemory.free(base) }

  /// Reads all floats. The buffer is valid only inside `body`; a property that handed it out would outlive a
  /// storage whose last use it is.
  public func withValues<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeBufferPointer(start: base, count: count))
  }

  /// A copy of all floats.
  public var array: [Float] { withValues { Array($0) } }
}
