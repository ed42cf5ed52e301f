import Synchronization

/// How often the user has asked for the end.
final class SignalCount: Sendable {
  private let count = Atomic<Int>(0)

  func increment() -> Int { count.add(1, ordering: .relaxed).newValue }
}
