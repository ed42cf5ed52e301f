import Foundation

/// A folder that is gone after the test.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory.appending(path: "emotiond-test-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  /// The lines of a file; nil where there is none.
  func lines(_ name: String) -> [String]? {
    guard let text = try? String(contentsOfFile: path(name), encoding: .utf8) else { return nil }
    return text.split(separator: "\n").map(String.init)
  }
}

struct ConditionNotMet: Error {}

/// Waits until the condition holds, ten seconds at most.
func wait(until condition: () -> Bool) async throws {
  let deadline = Date(timeIntervalSinceNow: 10)
  while !condition() {
    guard Date() < deadline else { throw ConditionNotMet() }
    try await Task.sleep(for: .milliseconds(2))
  }
}
