import Foundation
import TestSupport
import Testing

/// Which pictures train, choose and test.
@Suite(.serialized) struct PartsOptionTests {
  private static func training(_ table: String, _ output: String, _ options: [String]) -> [String] {
    ["train", "--data", table, "--output", output, "--epochs", "1", "--workers", "1"] + options
  }

  /// An experiment of the notebook's on FER2013's own parts; a run on other ones is another run.
  @Test func anExperimentOnOtherParts() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let official = ["--experiment", "mlp-corrected", "--split", "official"]
    let outcome = try await TrainerProcess.run(Self.training(table, folder.path("run"), official))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let metrics = try folder.text("run/metrics.json")
    #expect(metrics.contains("FER2013's own parts"))
    // Of thirteen numbers a label two are PublicTest's and two PrivateTest's.
    let document = try JSONSerialization.jsonObject(with: Data(metrics.utf8)) as? [String: Any]
    let evaluations = try #require(document?["evaluations"] as? [String: [String: Any]])
    let scores = try #require(evaluations["test"]?["metrics"] as? [String: Any])
    #expect(scores["sampleCount"] as? Int == 2 * 7)
    let other = try await TrainerProcess.run(
      Self.training(table, folder.path("run"), ["--experiment", "mlp-corrected"]))
    #expect(other.status == 65)

    let unknown = try await TrainerProcess.run(
      Self.training(table, folder.path("none"), ["--experiment", "svm", "--split", "halves"]))
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("no split halves; there are notebook, "))
  }

  /// Without pictures to choose and to test with a run says what that means.
  @Test func saysWhatPartsAreMissing() async throws {
    let folder = try TemporaryFolder()
    var table = SyntheticTable.header
    for number in 0..<21 { table += SyntheticTable.row(label: number % 7, number: number) }
    let path = try folder.write(table, as: "data.csv")
    let outcome = try await TrainerProcess.run(
      Self.training(path, folder.path("run"), ["--experiment", "mlp-corrected", "--split", "leak-free"]))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("no validation part"))
    #expect(outcome.errors.contains("no test part"))
    #expect(try folder.text("run/metrics.json").contains("no validation part"))
  }

  /// A network that learned from pictures that the experiment is judged by begins no run, and none is begun.
  @Test func refusesToGoOnFromWhatKnowsTheTest() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let outcome = try await TrainerProcess.run(
      Self.training(
        table, folder.path("run"), ["--experiment", "vgg19", "--continue-from", ShippedModel.path]))
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("was trained on the parts leak-free"))
    #expect(!folder.exists("run/experiment.json"))
  }
}
