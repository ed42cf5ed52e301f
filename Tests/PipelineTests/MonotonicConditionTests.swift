import Capture
import Foundation
import Testing

@testable import Pipeline

@Suite struct MonotonicConditionTests {
  /// As a time of day the deadline would be long over.
  @Test func aDeadlineIsWaitedForOnTheMonotonicClock() {
    let condition = MonotonicCondition()
    let deadline = MonotonicTime.now.advanced(byNanoseconds: 20_000_000)
    condition.lock()
    while condition.wait(until: deadline) {}
    condition.unlock()
    #expect(MonotonicTime.now >= deadline)
  }

  @Test func aDeadlineThatIsOverIsNotWaitedFor() {
    let condition = MonotonicCondition()
    condition.lock()
    defer { condition.unlock() }
    #expect(!condition.wait(until: MonotonicTime(nanoseconds: 0)))
  }

  @Test func whoWaitsIsWoken() async {
    let condition = MonotonicCondition()
    await withCheckedContinuation { continuation in
      // Held until the wait begins, so that the other thread cannot be too early.
      condition.lock()
      Thread {
        condition.lock()
        condition.broadcast()
        condition.unlock()
      }.start()
      #expect(condition.wait(until: .now.advanced(byNanoseconds: 600_000_000_000)))
      condition.unlock()
      continuation.resume()
    }
  }
}
