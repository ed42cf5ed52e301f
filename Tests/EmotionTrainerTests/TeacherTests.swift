import Foundation
import TestSupport
import Testing

/// Networks that learn from another one's answers.
@Suite(.serialized) struct TeacherTests {
  private static func training(
    _ table: String, _ output: String, experiment: String = "mlp-corrected", epochs: Int = 3
  ) -> [String] {
    [
      "train", "--experiment", experiment, "--data", table, "--output", output, "--epochs", "\(epochs)",
      "--workers", "1",
    ]
  }

  /// A network with a teacher is another one than without, goes on bit for bit, and only with its own teacher.
  @Test func learnsFromATeacher() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    #expect(try await TrainerProcess.run(Self.training(table, folder.path("teacher"))).status == 0)
    let taught = ["--teacher", folder.path("teacher/model.safetensors"), "--teacher-share", "0.75"]
    let whole = try await TrainerProcess.run(Self.training(table, folder.path("whole"), epochs: 5) + taught)
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.errors.contains("asking the teacher"))
    #expect(try folder.text("whole/metrics.json").contains("0.75 of the targets"))
    #expect(
      try folder.bytes("whole/model.safetensors") != folder.bytes("teacher/model.safetensors"))

    let process = try TrainerProcess(Self.training(table, folder.path("killed"), epochs: 5) + taught)
    #expect(await process.waits(forMessage: "epoch 2/5"))
    process.signal(SIGKILL)
    #expect(await process.waitForEnd().status == -SIGKILL)
    let rest = try await TrainerProcess.run(Self.training(table, folder.path("killed"), epochs: 5) + taught)
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(!rest.errors.contains("asking the teacher"))
    #expect(try folder.bytes("killed/model.safetensors") == folder.bytes("whole/model.safetensors"))

    let other = ["--teacher", folder.path("whole/model.safetensors"), "--teacher-share", "0.75"]
    let refused = try await TrainerProcess.run(
      Self.training(table, folder.path("killed"), epochs: 5) + other)
    #expect(refused.status == 65)
    #expect(refused.errors.contains("with other settings"))
  }

  /// Who has seen what the student is judged by would tell it.
  @Test func refusesATeacherThatKnowsTheTest() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let known = try await TrainerProcess.run(
      Self.training(table, folder.path("run")) + ["--teacher", ShippedModel.path])
    #expect(known.status == 65)
    #expect(known.errors.contains("was trained on the parts leak-free"))
    #expect(!folder.exists("run/experiment.json"))

    #expect(
      try await TrainerProcess.run(
        Self.training(table, folder.path("merged")) + ["--merge-sadness-neutral"]
      ).status == 0)
    let other = try await TrainerProcess.run(
      Self.training(table, folder.path("run")) + ["--teacher", folder.path("merged/model.safetensors")])
    #expect(other.status == 65)
    #expect(other.errors.contains("has to have the experiment's classes"))
  }

  @Test(arguments: [
    (["--teacher-share", "0.5"], "needs --teacher"), (["--teacher", "x", "--teacher-share", "0"], "above 0"),
    (["--teacher", "x", "--teacher-share", "1.5"], "at most 1"),
    (["--teacher", "x", "--teacher-share", "nan"], "above 0"),
    (["--teacher", "x", "--experiment", "svm"], "for networks"),
    (["--teacher", "x", "--experiment", "all", "--pretrained", "y"], "not for all"),
  ])
  func refusesWhatMakesNoSense(options: [String], words: String) async throws {
    let outcome = try await TrainerProcess.run(["train", "--data", "x", "--output", "y"] + options)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test func saysThatThereIsNoTeacher() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let outcome = try await TrainerProcess.run(
      Self.training(table, folder.path("run")) + ["--teacher", folder.path("none.safetensors")])
    #expect(outcome.status == 66)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("none.safetensors"))
    #expect(!folder.exists("run/experiment.json"))
  }
}
