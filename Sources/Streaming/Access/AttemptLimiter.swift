import Capture

/// Slows down who guesses tokens: after some wrong ones a client waits, and earns a new attempt every few seconds.
///
/// It remembers a bounded number of clients. Where they are too many, the one with the fewest wrong tokens is
/// forgotten.
struct AttemptLimiter {
  /// Wrong tokens that a client may send at once.
  static let burst = 10.0
  /// After so many seconds one of them is forgiven.
  static let secondsEach = 6.0
  /// Clients that are remembered.
  static let capacity = 1024

  private struct Debt {
    var attempts: Double
    var time: MonotonicTime
  }

  private var debts: [ClientAddress: Debt] = [:]

  /// Clients that are remembered now.
  var count: Int { debts.count }

  /// How many seconds a client has to wait before its next attempt; nil where it may try now.
  func secondsToWait(for client: ClientAddress, now: MonotonicTime) -> Int? {
    guard let debt = debts[client] else { return nil }
    let excess = Self.attempts(debt, now) - (Self.burst - 1)
    return excess > 0 ? max(1, Int((excess * Self.secondsEach).rounded(.up))) : nil
  }

  /// A client sent a wrong token.
  mutating func noteFailure(of client: ClientAddress, now: MonotonicTime) {
    let attempts = debts[client].map { Self.attempts($0, now) } ?? 0
    if debts[client] == nil, debts.count >= Self.capacity { forgetSome(now) }
    debts[client] = Debt(attempts: attempts + 1, time: now)
  }

  private mutating func forgetSome(_ now: MonotonicTime) {
    debts = debts.filter { Self.attempts($0.value, now) > 0 }
    guard debts.count >= Self.capacity else { return }
    let least = debts.min { Self.attempts($0.value, now) < Self.attempts($1.value, now) }
    if let least { debts[least.key] = nil }
  }

  private static func attempts(_ debt: Debt, _ now: MonotonicTime) -> Double {
    max(0, debt.attempts - Double(now.nanoseconds(since: debt.time)) / 1e9 / secondsEach)
  }
}
