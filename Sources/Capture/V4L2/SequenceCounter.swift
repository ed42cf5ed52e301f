/// Follows a driver's 32-bit frame numbers, finds gaps in them, and gives each frame a number that never
/// wraps or restarts.
struct SequenceCounter {
  /// An hour at 30 frames a second. Who was away for longer has other troubles than a count.
  private static let believableStep: Int32 = 108_000

  private var lastDriverNumber: UInt32?
  private var lastNumber: UInt64?

  /// Takes the number of the next buffer.
  ///
  /// - Returns: The frame's own number, from 0, lost frames counted; and how many were lost before it.
  mutating func advance(to driverNumber: UInt32) -> (number: UInt64, lost: UInt64) {
    defer { lastDriverNumber = driverNumber }
    guard let lastNumber else {
      lastNumber = 0
      return (0, 0)
    }
    // A number that does not go forward, or absurdly far, is a new count by the driver, not the loss of four thousand
    // million frames.
    let step = lastDriverNumber.map { Int32(bitPattern: driverNumber &- $0) } ?? 1
    let lost = step > 1 && step <= Self.believableStep ? UInt64(step - 1) : 0
    self.lastNumber = lastNumber + 1 + lost
    return (lastNumber + 1 + lost, lost)
  }

  /// The stream was started anew, so the driver counts anew.
  mutating func driverRestarted() { lastDriverNumber = nil }
}
