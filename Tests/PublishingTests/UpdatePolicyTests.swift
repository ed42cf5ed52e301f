import Capture
import Testing

@testable import Publishing

@Suite struct UpdatePolicyTests {
  private static func time(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: UInt64((1000 + seconds) * 1e9))
  }

  private static func policy(heartbeat: UInt64? = 10_000_000_000) -> UpdatePolicy<Int> {
    UpdatePolicy(intervalNanoseconds: 1_000_000_000, heartbeatNanoseconds: heartbeat, isNews: !=)
  }

  @Test func theFirstValueIsSentAtOnce() {
    var policy = Self.policy()
    #expect(policy.dueAt == nil)
    #expect(policy.take(at: Self.time(0)) == nil)
    #expect(policy.observe(1) == true)
    #expect(policy.take(at: Self.time(0)) == 1)
    #expect(policy.take(at: Self.time(0)) == nil)
  }

  @Test func newsWaitForTheIntervalAndTheNewestIsSent() {
    var policy = Self.policy()
    _ = policy.observe(1)
    _ = policy.take(at: Self.time(0))
    #expect(policy.observe(2) == true)
    #expect(policy.observe(3) == false, "due at the same moment as before")
    #expect(policy.dueAt == Self.time(1))
    #expect(policy.take(at: Self.time(0.9)) == nil)
    #expect(policy.take(at: Self.time(1)) == 3)
  }

  @Test func whatComesBackWithinTheIntervalIsNoNews() {
    var policy = Self.policy()
    _ = policy.observe(1)
    _ = policy.take(at: Self.time(0))
    _ = policy.observe(2)
    _ = policy.observe(1)
    #expect(policy.dueAt == Self.time(10))
  }

  @Test func theSameIsToldAgainAtTheHeartbeat() {
    var policy = Self.policy()
    _ = policy.observe(1)
    _ = policy.take(at: Self.time(0))
    #expect(policy.observe(1) == false)
    #expect(policy.take(at: Self.time(9)) == nil)
    #expect(policy.take(at: Self.time(10)) == 1)
    #expect(policy.dueAt == Self.time(20))
    var silent = Self.policy(heartbeat: nil)
    _ = silent.observe(1)
    _ = silent.take(at: Self.time(0))
    #expect(silent.dueAt == nil)
  }

  @Test func aNewConnectionIsToldAtOnceAndWhatIsForgottenIsNot() {
    var policy = Self.policy()
    _ = policy.observe(1)
    _ = policy.take(at: Self.time(0))
    policy.askAgain()
    #expect(policy.take(at: Self.time(0.1)) == 1)
    policy.forget()
    policy.askAgain()
    #expect(policy.dueAt == nil)
    #expect(policy.take(at: Self.time(99)) == nil)
  }
}
