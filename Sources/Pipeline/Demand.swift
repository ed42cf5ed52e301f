import Capture
import Synchronization

/// Whether anybody wants frames or labels now. Who lets a camera rest looks here, and waits for ``signal``.
public final class Demand: Sendable {
  private let consumers = Atomic<Int>(0)
  /// When somebody last wanted something without staying, or the last consumer left; 0 for never.
  private let lastNanoseconds = Atomic<UInt64>(0)

  /// Raised when the first consumer comes, or somebody asks while there is none.
  let signal = WakeSignal()

  /// A demand by nobody.
  public init() {}

  /// Somebody wants frames or labels from now on.
  func consumerCame() {
    consumers.add(1, ordering: .sequentiallyConsistent)
    signal.raise()
  }

  /// Somebody who wanted them is gone.
  func consumerLeft() {
    lastNanoseconds.store(MonotonicTime.now.nanoseconds, ordering: .relaxed)
    consumers.subtract(1, ordering: .sequentiallyConsistent)
  }

  /// Somebody asks for the newest once, and may ask again.
  func asked() {
    lastNanoseconds.store(MonotonicTime.now.nanoseconds, ordering: .relaxed)
    if consumers.load(ordering: .relaxed) == 0 { signal.raise() }
  }

  /// Whether somebody wants frames or labels, or did within the last seconds.
  func isPresent(withinSeconds seconds: Double) -> Bool {
    if consumers.load(ordering: .sequentiallyConsistent) > 0 { return true }
    let last = lastNanoseconds.load(ordering: .relaxed)
    guard last > 0 else { return false }
    return Double(MonotonicTime.now.nanoseconds(since: MonotonicTime(nanoseconds: last))) / 1e9 < seconds
  }
}
