import Foundation
import TestSupport
import Testing

/// The daemon's network: written anew, and measured by several views.
@Suite(.serialized) struct EvaluateTests {
  private static let parts: Set = ["train", "validation", "test", "test-unique"]

  /// Twelve pictures to train with, fourteen to choose with and fourteen to test with, the last of which also stands
  /// among the first. The labels are by stripe: those to choose with are what the network mostly says, so that
  /// temperatures end within their range.
  private static func table(
    validation: [Int] = [6, 6, 6, 3, 4, 0, 1], test: [Int] = [0, 1, 2, 3, 4, 5, 6]
  ) -> String {
    let rows = (0..<40).map { number -> String in
      let stripe = number % 7
      let usage = number < 12 ? "Training" : number < 26 ? "PublicTest" : "PrivateTest"
      let label = number < 12 ? stripe : number < 26 ? validation[stripe] : test[stripe]
      let isRepeated = number == 39
      let pixels = SyntheticTable.pixels(
        label: isRepeated ? 0 : stripe, number: isRepeated ? 0 : number)
      return "\(label),\(pixels),\(usage)\n"
    }
    return SyntheticTable.header + rows.joined()
  }

  /// The words of the lines about a part.
  private static func rows(_ output: String) -> [[String]] {
    output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      .filter { parts.contains($0.first ?? "") }
  }

  /// Part, views and pictures of each accuracy; only its line has an interval.
  private static func counts(_ output: String) -> [[String]] {
    rows(output).filter { $0.contains("%") }.map { Array($0.prefix(3)) }
  }

  /// Views and fitted temperature of each calibration of a part.
  private static func fitted(_ output: String, of part: String) -> [[String]] {
    rows(output).filter { $0[0] == part && !$0.contains("%") }.map { [$0[1]] + $0.dropFirst(5) }
  }

  /// Accuracies and calibration errors of the test part, without the fitted temperatures.
  private static func tested(_ output: String) -> [[String]] {
    rows(output).filter { $0[0] == "test" }.map { Array($0.dropFirst().dropLast()) }
  }

  /// One test: without optimisation it takes seconds to open a network of this size.
  @Test func measuresWhatIsWrittenByViews() async throws {
    let folder = try TemporaryFolder()
    let model = folder.path("written.safetensors")
    let export = try await TrainerProcess.run([
      "export", ShippedModel.path, model, "--temperature", "1.3", "--metadata", "origin=a test",
      "--metadata", "note=a=b",
    ])
    #expect(export.status == 0, "\(export.errors)")
    #expect(export.output == "\(model): 34 tensors\n")

    func evaluate(_ table: String, _ options: [String]) async throws -> String {
      let data = try folder.write(table, as: "data.csv")
      let outcome = try await TrainerProcess.run(
        ["evaluate", "--model", model, "--data", data, "--split", "official", "--workers", "2"] + options)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.output
    }
    let all = try await evaluate(
      Self.table(), ["--views", "plain,flip,ten-crop", "--output", folder.path("measured")])
    #expect(
      Self.counts(all) == [
        ["validation", "plain", "14"], ["validation", "flip", "14"], ["validation", "ten-crop", "14"],
        ["test", "plain", "14"], ["test-unique", "plain", "13"],
        ["test", "flip", "14"], ["test-unique", "flip", "13"],
        ["test", "ten-crop", "14"], ["test-unique", "ten-crop", "13"],
      ])
    #expect(all.contains("at the file's temperature, 1.3."))
    #expect(all.contains("at the file's 1.3 "))
    // The shipped network's own parts are leak-free, whose test part has no picture that trained it.
    #expect(!all.contains("Caution"))
    let temperatures = Self.fitted(all, of: "validation")
    #expect(temperatures.map(\.first) == ["plain", "flip", "ten-crop"])
    let values = temperatures.compactMap { $0.last.flatMap(Double.init) }
    #expect(values.count == 3 && values.allSatisfy { $0 > 0.01 && $0 < 100 }, "\(temperatures)")
    #expect(Self.fitted(all, of: "test") == temperatures)
    try Self.checkFiles(folder, plainTemperature: try #require(values.first))

    // Other labels to test with: other figures, by the same temperatures.
    let views = ["--views", "plain,flip"]
    let retested = try await evaluate(Self.table(test: [1, 2, 3, 4, 5, 6, 0]), views)
    #expect(Self.fitted(retested, of: "validation") == Array(temperatures.prefix(2)))
    #expect(Self.tested(retested).count == 4)
    #expect(Self.tested(retested) != Self.tested(all).filter { $0[0] != "ten-crop" })

    // Other labels to choose with: other temperatures. The test part is not needed for them.
    let rechosen = try await evaluate(
      Self.table(validation: [6, 6, 2, 3, 4, 0, 1]), views + ["--parts", "validation"])
    let others = Self.fitted(rechosen, of: "validation")
    #expect(others.map(\.first) == ["plain", "flip"])
    for (one, other) in zip(temperatures, others) { #expect(one != other) }
    #expect(Self.counts(rechosen).map(\.first) == ["validation", "validation"])
    #expect(!Self.rows(rechosen).contains { $0[0].hasPrefix("test") })
  }

  /// What is printed stands in the files too.
  private static func checkFiles(_ folder: TemporaryFolder, plainTemperature: Double) throws {
    let document = try #require(
      try JSONSerialization.jsonObject(with: folder.bytes("measured/metrics.json")) as? [String: Any])
    let evaluations = try #require(document["evaluations"] as? [String: [String: Any]])
    #expect(Set(evaluations.keys) == ["validation", "test", "test-unique"])
    let scaling = try #require(evaluations["test"]?["temperature"] as? [String: Any])
    #expect(scaling["sampleCount"] as? Int == 14)
    let temperature = try #require(scaling["temperature"] as? Double)
    #expect(abs(temperature - plainTemperature) < 1e-4)
    // What the source file says of itself is kept where nothing else is said.
    let facts = try #require(document["facts"] as? [String: String])
    #expect(facts["model, temperature"] == "1.3")
    #expect(facts["model, origin"] == "a test")
    #expect(facts["model, note"] == "a=b")
    #expect(facts["model, training_parts"] == "leak-free")
    #expect(try folder.text("measured/report.html").contains("Calibration by views"))
    #expect(try folder.text("measured/summary.csv").split(whereSeparator: \.isNewline).count == 2)
    for name in ["confusion-matrix-test-unique.svg", "reliability-calibrated-test.png"] {
      #expect(folder.exists("measured/figures/\(name)"), "\(name)")
    }
  }
}
