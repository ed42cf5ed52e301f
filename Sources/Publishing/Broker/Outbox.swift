/// Messages on their way: those that wait, and those that the broker has not confirmed. Bounded: the oldest that waits
/// is dropped.
struct Outbox {
  /// How many messages wait at most.
  static let capacity = 256
  /// How many messages the connection is given before it confirms one.
  static let windowSize = 20

  private var waiting: [BrokerMessage] = []
  private var unconfirmed: [(identifier: Int32, message: BrokerMessage)] = []
  private(set) var dropped: UInt64 = 0

  /// Messages that are not confirmed, those that wait among them.
  var count: Int { waiting.count + unconfirmed.count }

  /// Adds a message at the end.
  mutating func append(_ message: BrokerMessage) {
    waiting.append(message)
    dropSurplus()
  }

  /// The next message that may be sent now; nil where none waits or too many are unconfirmed. It waits until it is
  /// ``sentNext(as:)``.
  var next: BrokerMessage? { unconfirmed.count < Self.windowSize ? waiting.first : nil }

  /// ``next`` was sent: it is remembered until it is confirmed.
  mutating func sentNext(as identifier: Int32) { unconfirmed.append((identifier, waiting.removeFirst())) }

  /// A message that did not wait was sent.
  mutating func sent(_ message: BrokerMessage, as identifier: Int32) {
    unconfirmed.append((identifier, message))
  }

  /// Whether a message that was sent is not confirmed.
  func isUnconfirmed(_ identifier: Int32) -> Bool { unconfirmed.contains { $0.identifier == identifier } }

  /// Forgets a message that arrived; false where it is none of those.
  mutating func confirm(_ identifier: Int32) -> Bool {
    guard let place = unconfirmed.firstIndex(where: { $0.identifier == identifier }) else { return false }
    unconfirmed.remove(at: place)
    return true
  }

  /// The connection is gone: what it did not confirm waits again, before what came later.
  mutating func connectionLost() {
    waiting.insert(contentsOf: unconfirmed.map(\.message), at: 0)
    unconfirmed.removeAll()
    dropSurplus()
  }

  private mutating func dropSurplus() {
    let surplus = waiting.count - Self.capacity
    guard surplus > 0 else { return }
    waiting.removeFirst(surplus)
    dropped += UInt64(surplus)
  }
}
