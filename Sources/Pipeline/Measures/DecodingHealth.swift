import Capture
import Synchronization

/// Whether what the source sends can be decoded at all. A camera that sends nothing but garbage is as good as frozen,
/// but only who decodes sees it.
final class DecodingHealth: Sendable {
  /// So few failures may be chance, however long they took.
  private static let minimumFailures = 10

  private struct State {
    var failures = 0
    var goodAt = MonotonicTime.now
  }

  private let state = Mutex(State())

  /// A frame was decoded, or the source was opened anew.
  func good() { state.withLock { $0 = State() } }

  func failed() { state.withLock { $0.failures += 1 } }

  /// Whether nothing could be decoded for the last seconds, though frames came.
  func isBad(forSeconds seconds: Double) -> Bool {
    state.withLock { state in
      state.failures >= Self.minimumFailures
        && Double(MonotonicTime.now.nanoseconds(since: state.goodAt)) / 1e9 >= seconds
    }
  }
}
