import Capture
import Synchronization

/// Shows that a loop still turns: it beats once a round, and a watchdog looks how long ago that was.
///
/// Every wait inside a loop is shorter than the watchdog's patience, so a beat that stays away means that the
/// loop hangs and not that it has nothing to do.
public final class Heartbeat: Sendable {
  private let lastBeat = Atomic<UInt64>(MonotonicTime.now.nanoseconds)
  private let hasEnded = Atomic<Bool>(false)

  /// A heart that beats now.
  public init() {}

  func beat() { lastBeat.store(MonotonicTime.now.nanoseconds, ordering: .relaxed) }

  /// The loop is over and will beat no more; that is not hanging.
  func end() { hasEnded.store(true, ordering: .relaxed) }

  /// Whether the loop turned within the last seconds, or is over.
  public func isFresh(withinSeconds seconds: Double) -> Bool {
    if hasEnded.load(ordering: .relaxed) { return true }
    let last = MonotonicTime(nanoseconds: lastBeat.load(ordering: .relaxed))
    return Double(MonotonicTime.now.nanoseconds(since: last)) / 1e9 <= seconds
  }
}
