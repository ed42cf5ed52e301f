import Foundation
import TestSupport
import Testing

/// A table that does not say which part its rows belong to.
@Suite struct TableWithoutUsageTests {
  private static func table() -> String {
    var text = "emotion,pixels\n"
    for label in 0..<7 { text += "\(label),\(SyntheticTable.pixels(label: label, number: label))\n" }
    return text
  }

  private static func parts(_ folder: TemporaryFolder) throws -> [String] {
    let numbers =
      try JSONSerialization.jsonObject(with: folder.bytes("out/exploration.json")) as? [String: Any]
    let parts = try #require(numbers?["parts"] as? [[String: Any]])
    return parts.compactMap { $0["name"] as? String }
  }

  @Test func theErrorNamesTheOption() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(Self.table(), as: "bare.csv")
    let outcome = try await TrainerProcess.run(["explore", "--data", table, "--output", folder.path("out")])
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("give --usage training, public-test or private-test"))
  }

  @Test(arguments: [("training", "Training"), ("public-test", "PublicTest"), ("private-test", "PrivateTest")])
  func theOptionSaysThePart(option: String, part: String) async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(Self.table(), as: "bare.csv")
    let outcome = try await TrainerProcess.run([
      "explore", "--data", table, "--output", folder.path("out"), "--usage", option,
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try Self.parts(folder) == [part])
  }

  @Test func theColumnWins() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(perLabel: 4), as: "data.csv")
    let outcome = try await TrainerProcess.run([
      "explore", "--data", table, "--output", folder.path("out"), "--usage", "private-test",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try Self.parts(folder) == ["Training", "PublicTest"])
  }

  @Test func thereAreNoOtherParts() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(Self.table(), as: "bare.csv")
    let outcome = try await TrainerProcess.run([
      "explore", "--data", table, "--output", folder.path("out"), "--usage", "test",
    ])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("'private-test'"), "\(outcome.errors)")
    #expect(!folder.exists("out"))
  }
}
