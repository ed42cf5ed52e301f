import Capture

/// Decides when the newest of a stream of values is sent on: when it is news, and not too often; again after a while
/// where nothing has changed.
struct UpdatePolicy<Value> {
  /// Between two that are sent at least, in nanoseconds.
  let intervalNanoseconds: UInt64
  /// After which the newest is sent again; nil for never.
  let heartbeatNanoseconds: UInt64?
  /// Whether the first value is news to who knows the second.
  let isNews: (Value, Value) -> Bool

  private var newest: Value?
  private var sent: (value: Value, at: MonotonicTime)?
  private var isAskedFor = false

  init(
    intervalNanoseconds: UInt64, heartbeatNanoseconds: UInt64? = nil,
    isNews: @escaping (Value, Value) -> Bool
  ) {
    self.intervalNanoseconds = intervalNanoseconds
    self.heartbeatNanoseconds = heartbeatNanoseconds
    self.isNews = isNews
  }

  /// Takes the newest value; true where it changes when something is due.
  mutating func observe(_ value: Value) -> Bool {
    let before = dueAt
    newest = value
    return dueAt != before
  }

  /// Forgets the newest value: there is nothing to tell any more.
  mutating func forget() { newest = nil }

  /// Makes the newest value due, whatever was sent before.
  mutating func askAgain() { isAskedFor = true }

  /// When the newest value is to be sent; nil for not at all.
  var dueAt: MonotonicTime? {
    guard let newest else { return nil }
    guard let sent, !isAskedFor else { return MonotonicTime(nanoseconds: 0) }
    if isNews(newest, sent.value) { return sent.at.advanced(byNanoseconds: intervalNanoseconds) }
    return heartbeatNanoseconds.map { sent.at.advanced(byNanoseconds: $0) }
  }

  /// The newest value where it is due.
  mutating func take(at now: MonotonicTime) -> Value? {
    guard let newest, let dueAt, dueAt <= now else { return nil }
    sent = (newest, now)
    isAskedFor = false
    return newest
  }
}
