/// How long is waited before a broker is tried again: twice as long after each failure, up to a minute, and a random
/// part less, so that a hundred daemons do not come back to a broker at the same moment.
struct Backoff {
  static let firstSeconds = 1.0
  static let longestSeconds = 60.0

  private var failures = 0

  /// Everything is well again.
  mutating func succeeded() { failures = 0 }

  /// Seconds to wait after one more failure.
  ///
  /// - Parameter share: Random, 0...1: which part of the second half is waited.
  mutating func nextSeconds(share: Double = .random(in: 0...1)) -> Double {
    var seconds = Self.firstSeconds
    for _ in 0..<min(failures, 10) { seconds = min(seconds * 2, Self.longestSeconds) }
    failures += 1
    return seconds * (0.5 + share / 2)
  }
}
