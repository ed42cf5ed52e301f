import Foundation

/// A condition did not come to hold within its time.
public struct ConditionNotMet: Error {}

/// Waits until the condition holds, ten seconds at most.
///
/// - Throws: ``ConditionNotMet`` at the deadline.
public func wait(until condition: () -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(10)
  while !condition() {
    guard ContinuousClock.now < deadline else { throw ConditionNotMet() }
    try await Task.sleep(for: .milliseconds(2))
  }
}
