import Foundation
import TestSupport
import Testing

/// Runs that are cut off, by whatever.
@Suite(.serialized) struct ResumingTests {
  private static func training(_ table: String, _ output: String) -> [String] {
    [
      "train", "--experiment", "mlp-corrected", "--data", table, "--output", output, "--epochs", "5",
      "--workers", "1",
    ]
  }

  /// Stops a run in the folder `run` behind its first epoch.
  ///
  /// - Returns: Its pictures, and what it said.
  private static func stopARun(
    in folder: TemporaryFolder, options: [String] = []
  ) async throws -> (table: String, outcome: TrainerProcess.Outcome) {
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let process = try TrainerProcess(training(table, folder.path("run")) + options)
    #expect(await process.waits(forMessage: "epoch 1/5"))
    process.signal(SIGINT)
    let outcome = await process.waitForEnd()
    #expect(outcome.status == 75)
    return (table, outcome)
  }

  /// A history without the times.
  private static func history(_ folder: TemporaryFolder, _ run: String) throws -> [[Substring]] {
    try folder.text("\(run)/history.csv").split(separator: "\n").map { $0.split(separator: ",").dropLast() }
  }

  /// Killed in the middle: the same weights as without.
  @Test func goesOnAfterBeingKilled() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let whole = try await TrainerProcess.run(Self.training(table, folder.path("whole")))
    #expect(whole.status == 0)

    let process = try TrainerProcess(Self.training(table, folder.path("killed")))
    #expect(await process.waits(forMessage: "epoch 2/5"))
    process.signal(SIGKILL)
    #expect(await process.waitForEnd().status == -SIGKILL)
    #expect(!folder.exists("killed/metrics.json"))
    let rest = try await TrainerProcess.run(Self.training(table, folder.path("killed")))
    #expect(rest.status == 0)
    #expect(!rest.errors.contains("epoch 1/5"))

    #expect(try folder.bytes("killed/model.safetensors") == folder.bytes("whole/model.safetensors"))
    #expect(try Self.history(folder, "killed") == Self.history(folder, "whole"))
    for name in ["best.safetensors", "report.html", "figures/curves.svg", "figures/reliability-test.png"] {
      #expect(folder.exists("killed/\(name)"), "\(name)")
    }
  }

  /// Asked to stop: says so, and goes on later.
  @Test func stopsOnRequest() async throws {
    let folder = try TemporaryFolder()
    let (table, outcome) = try await Self.stopARun(in: folder)
    #expect(outcome.errors.contains("the same command goes on"))
    #expect(try await TrainerProcess.run(Self.training(table, folder.path("run")) + ["--resume"]).status == 0)
  }

  /// The same command would begin anew once more, and says so.
  @Test func aFreshRunGoesOnWithoutTheOption() async throws {
    let folder = try TemporaryFolder()
    let (table, outcome) = try await Self.stopARun(in: folder, options: ["--fresh"])
    #expect(outcome.errors.contains("the same command without --fresh goes on"))
    let rest = try await TrainerProcess.run(Self.training(table, folder.path("run")))
    #expect(rest.status == 0)
    #expect(!rest.errors.contains("epoch 1/5"))
  }

  /// What the run is to end with is looked at before it goes on.
  @Test func saysThatTheBestWeightsCannotBeRead() async throws {
    let folder = try TemporaryFolder()
    let (table, _) = try await Self.stopARun(in: folder)
    let best = folder.path("run/best.safetensors")
    let bytes = try folder.bytes("run/best.safetensors")
    try bytes.prefix(5000).write(to: URL(filePath: best))
    for isThere in [true, false] {
      if !isThere { try FileManager.default.removeItem(atPath: best) }
      let outcome = try await TrainerProcess.run(Self.training(table, folder.path("run")))
      #expect(outcome.status == 65)
      #expect(outcome.errorLines.last?.contains("run/best.safetensors: the best epoch's weights") == true)
      #expect(outcome.errors.contains("--fresh"))
      #expect(!outcome.errors.contains("epoch 2/5"))
    }
    try bytes.write(to: URL(filePath: best))
    #expect(try await TrainerProcess.run(Self.training(table, folder.path("run"))).status == 0)
  }

  /// Who asks to go on does not want a new run because of a mistyped folder.
  @Test func resumesOnlyWhatThereIs() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(perLabel: 2), as: "data.csv")
    let nothing = try await TrainerProcess.run(Self.training(table, folder.path("none")) + ["--resume"])
    #expect(nothing.status == 66)
    #expect(nothing.errorLines.count == 1)
    #expect(nothing.errors.contains("no run to go on with"))
    #expect(!folder.exists("none"))
    let both = try await TrainerProcess.run(
      Self.training(table, folder.path("none")) + ["--resume", "--fresh"])
    #expect(both.status == 64)
  }

  /// Another run begins with what an earlier one ended with, its last layer included.
  @Test func trainsANetworkFurther() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    #expect(try await TrainerProcess.run(Self.training(table, folder.path("first"))).status == 0)
    let model = folder.path("first/model.safetensors")
    let further = Self.training(table, folder.path("further")) + ["--continue-from", model]
    #expect(try await TrainerProcess.run(further).status == 0)
    let losses = try ["first", "further"].map { try #require(Double(Self.history(folder, $0)[1][1])) }
    #expect(losses[1] < 0.8 * losses[0])
    #expect(try folder.text("further/metrics.json").contains("trained further from"))

    let both = try await TrainerProcess.run(further + ["--pretrained", model])
    #expect(both.status == 64)
    #expect(both.errors.contains("exclude each other"))
    let other = try await TrainerProcess.run([
      "train", "--experiment", "cnn", "--data", table, "--output", folder.path("cnn"), "--continue-from",
      model,
    ])
    #expect(other.status == 65)
    #expect(other.errors.contains("do not fit") || other.errors.contains("has no"))
  }

  /// No room for the checkpoint: said, and nothing half-written is left.
  @Test func saysThatThereIsNoRoom() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let outcome = try await TrainerProcess.run(Self.training(table, folder.path("run")), fileLimit: 1000)
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("safetensors"))
    #expect(outcome.errorLines.last?.hasPrefix("emotion-trainer: cannot write") == true)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path("run"))
    #expect(!left.contains { $0.hasSuffix(".tmp") || $0.hasSuffix(".safetensors") })
    // With room again the run begins where it could not be kept.
    #expect(try await TrainerProcess.run(Self.training(table, folder.path("run"))).status == 0)
  }

  /// No room for a later checkpoint: the earlier one stays as it was, and with room again the run goes on from it.
  @Test func anEarlierCheckpointOutlastsAWriteThatFails() async throws {
    let folder = try TemporaryFolder()
    let (table, _) = try await Self.stopARun(in: folder)
    let checkpoint = try folder.bytes("run/checkpoint.safetensors")

    let failed = try await TrainerProcess.run(Self.training(table, folder.path("run")), fileLimit: 1000)
    #expect(failed.status == 74)
    #expect(failed.errorLines.last?.hasPrefix("emotion-trainer: cannot write") == true)
    #expect(try folder.bytes("run/checkpoint.safetensors") == checkpoint)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path("run"))
    #expect(!left.contains { $0.hasSuffix(".tmp") })

    let rest = try await TrainerProcess.run(Self.training(table, folder.path("run")))
    #expect(rest.status == 0)
    #expect(!rest.errors.contains("epoch 1/5"))
    #expect(try folder.text("run/history.csv").split(separator: "\n").count == 6)
  }

  /// A checkpoint that is damaged is said to be, by its name.
  @Test func saysThatACheckpointIsDamaged() async throws {
    let folder = try TemporaryFolder()
    let (table, _) = try await Self.stopARun(in: folder)
    try folder.bytes("run/checkpoint.safetensors").prefix(5000)
      .write(to: URL(filePath: folder.path("run/checkpoint.safetensors")))
    let outcome = try await TrainerProcess.run(Self.training(table, folder.path("run")))
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("checkpoint.safetensors"))
    #expect(try await TrainerProcess.run(Self.training(table, folder.path("run")) + ["--fresh"]).status == 0)
  }

  /// A network of a run is measured by the files that the run left.
  @Test func evaluatesTheNetworkOfARun() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    #expect(try await TrainerProcess.run(Self.training(table, folder.path("run"))).status == 0)
    let outcome = try await TrainerProcess.run([
      "evaluate", "--model", folder.path("run/model.safetensors"), "--data", table, "--split", "notebook",
      "--output", folder.path("measured"),
    ])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("Expected calibration error"))
    #expect(!outcome.output.contains("Caution"))
    // Not into a folder that another process works in.
    try FileManager.default.createDirectory(
      atPath: folder.path("kept"), withIntermediateDirectories: true)
    let lock = open(folder.path("kept/.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(lock) }
    #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
    for command in [
      ["evaluate", "--model", folder.path("run/model.safetensors"), "--data", table],
      ["report", folder.path("run")],
    ] {
      let refused = try await TrainerProcess.run(command + ["--output", folder.path("kept")])
      #expect(refused.status == 75, "\(command[0])")
    }
    // Measured on other parts than it was trained on its figures are said to be too high.
    let other = try await TrainerProcess.run([
      "evaluate", "--model", folder.path("run/model.safetensors"), "--data", table, "--split", "official",
    ])
    #expect(other.output.contains("Caution: This network was trained on the parts notebook"))
    // Only what a run leaves is the experiment, and this one was cut short.
    #expect(try folder.text("measured/metrics.json").contains("\"isUnchanged\" : false"))
    #expect(try folder.text("run/metrics.json").contains("\"isUnchanged\" : true"))
    #expect(try folder.text("run/metrics.json").contains("trained 5 epochs of 100"))
    // The same figures as the run's own.
    let own = try Self.testAccuracy(folder, "run")
    #expect(try Self.testAccuracy(folder, "measured") == own)
    for name in [
      "figures/confusion-matrix-test.svg", "figures/reliability-test.png", "report.html", "summary.csv",
    ] {
      #expect(folder.exists("measured/\(name)"), "\(name)")
    }
  }

  private static func testAccuracy(_ folder: TemporaryFolder, _ run: String) throws -> Double {
    let document =
      try JSONSerialization.jsonObject(with: folder.bytes("\(run)/metrics.json")) as? [String: Any]
    let test = (document?["evaluations"] as? [String: Any])?["test"] as? [String: Any]
    return try #require((test?["metrics"] as? [String: Any])?["accuracy"] as? Double)
  }
}
