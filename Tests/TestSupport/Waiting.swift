import Foundation

/// A condition did not come to hold within its time.
public struct ConditionNotMet: Error, CustomStringConvertible {
  /// What was waited for.
  public let description: String
}

/// Waits until a condition holds.
///
/// - Parameters:
///   - seconds: When it is given up.
///   - what: What is waited for, for the message.
///   - condition: Asked again and again.
/// - Throws: ``ConditionNotMet`` at the deadline, and what the condition throws.
public func wait(
  seconds: Double = 10, for what: @autoclosure () -> String = "a condition",
  until condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while !(try await condition()) {
    guard ContinuousClock.now < deadline else {
      throw ConditionNotMet(description: "waited \(seconds) s for \(what())")
    }
    try await Task.sleep(for: .milliseconds(2))
  }
}
