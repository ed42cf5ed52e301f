import Foundation
import TestSupport
import Testing

/// What is in a run's folder, and who may change it.
@Suite(.serialized) struct RunFolderUseTests {
  private static func network(_ table: String, _ output: String, epochs: Int = 5) -> [String] {
    ["train", "--experiment", "mlp-corrected", "--data", table, "--output", output, "--epochs", "\(epochs)"]
  }

  private static func machine(_ table: String, _ output: String) -> [String] {
    ["train", "--experiment", "svm", "--data", table, "--output", output]
  }

  private static func parts(_ folder: TemporaryFolder, _ run: String) throws -> Set<String> {
    let document =
      try JSONSerialization.jsonObject(with: folder.bytes("\(run)/metrics.json")) as? [String: Any]
    return Set(try #require(document?["evaluations"] as? [String: Any]).keys)
  }

  /// Settings are chosen without the test part, which is looked at when they are.
  @Test func leavesTheTestPartOutOnRequest() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let arguments = Self.machine(table, folder.path("run"))
    #expect(try await TrainerProcess.run(arguments + ["--no-test"]).status == 0)
    #expect(try Self.parts(folder, "run") == ["train", "validation"])
    #expect(folder.exists("run/figures/class-scores-validation.svg"))
    #expect(!folder.exists("run/figures/confusion-matrix-test.svg"))
    #expect(try folder.text("run/summary.csv").contains(",,,,"))

    let whole = try await TrainerProcess.run(arguments)
    #expect(whole.status == 0)
    #expect(try Self.parts(folder, "run") == ["train", "validation", "test"])
    #expect(folder.exists("run/figures/confusion-matrix-test.svg"))
    #expect(!folder.exists("run/figures/class-scores-validation.svg"))
    let again = try await TrainerProcess.run(arguments + ["--no-test"])
    #expect(again.errors.contains("finished already"))
  }

  /// What is changed in an experiment stands in the run's description, by which it is known.
  @Test func theStrengthOfTheAugmentationIsTheRuns() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let process = try TrainerProcess([
      "train", "--experiment", "vgg19-best", "--data", table, "--output", folder.path("run"), "--sizes",
      "0:16", "--augmentation", "0.5",
    ])
    try await wait(seconds: 120, for: "the description") { folder.exists("run/experiment.json") }
    process.signal(SIGKILL)
    _ = await process.waitForEnd()
    let description = try folder.text("run/experiment.json")
    // The experiment's own are 0.1, 15 degrees and 0.3.
    #expect(description.contains("\"shift\" : 0.05"))
    #expect(description.contains("\"rotationDegrees\" : 7.5"))
    #expect(description.contains("\"probability\" : 0.15"))
  }

  /// Nothing is removed for a run that cannot begin.
  @Test func freshRemovesNothingForARunThatCannotBegin() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    #expect(try await TrainerProcess.run(Self.machine(table, folder.path("run"))).status == 0)
    let before = try folder.bytes("run/metrics.json")
    let few = try folder.write(SyntheticTable.text(perLabel: 1), as: "few.csv")
    let outcome = try await TrainerProcess.run(Self.machine(few, folder.path("run")) + ["--fresh"])
    #expect(outcome.status == 65)
    #expect(try folder.bytes("run/metrics.json") == before)
    #expect(folder.exists("run/model.svm"))
  }

  /// Results of other commands would replace the run's, or make it a finished one.
  @Test func otherResultsStayOutOfARunsFolder() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let run = folder.path("run")
    #expect(try await TrainerProcess.run(Self.network(table, run, epochs: 1)).status == 0)
    let names = ["metrics.json", "report.html", "summary.csv"]
    let before = try names.map { try folder.bytes("run/\($0)") }
    let commands = [
      ["report", run], ["explore", "--data", table],
      ["evaluate", "--model", folder.path("run/model.safetensors"), "--data", table],
    ]
    for command in commands {
      let outcome = try await TrainerProcess.run(command + ["--output", run])
      #expect(outcome.status == 65, "\(command[0])")
      #expect(outcome.errorLines.last?.contains("choose another folder") == true, "\(command[0])")
      let after = try names.map { try folder.bytes("run/\($0)") }
      #expect(after == before, "\(command[0])")
    }
    try FileManager.default.removeItem(atPath: folder.path("run/metrics.json"))
    #expect(try await TrainerProcess.run(commands[2] + ["--output", run]).status == 65)
    #expect(!folder.exists("run/metrics.json"))
  }

  /// Of a support vector machine nothing is kept before its end, and nothing else is said.
  @Test func saysThatAMachineBeginsAnew() async throws {
    let folder = try TemporaryFolder()
    // A machine may be done before the signal comes: then with more pictures.
    for count in [60, 120, 240, 480] {
      let table = try folder.write(SyntheticTable.text(perLabel: count), as: "\(count).csv")
      let process = try TrainerProcess(Self.machine(table, folder.path("run-\(count)")))
      #expect(await process.waits(forMessage: "svm: Support vector machine"))
      process.signal(SIGINT)
      let outcome = await process.waitForEnd()
      if outcome.status == 0 { continue }
      #expect(outcome.status == 75)
      #expect(outcome.errors.contains("the same command begins it anew"))
      #expect(!outcome.errors.contains("goes on"))
      return
    }
    Issue.record("every machine was done before the signal came")
  }

  /// One process at a time, fewer epochs than are done never, other workers with a warning.
  @Test func keepsAFolderForOneRun() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let arguments = Self.network(table, folder.path("run"))
    let first = try TrainerProcess(arguments + ["--workers", "2"])
    #expect(await first.waits(forMessage: "epoch 2/5"))
    // It keeps the folder, however long the second one takes.
    first.signal(SIGSTOP)
    let second = try await TrainerProcess.run(arguments + ["--workers", "2"])
    #expect(second.status == 75)
    #expect(second.errors.contains("another emotion-trainer works in"))
    #expect(second.errorLines.count == 1)
    first.signal(SIGKILL)
    #expect(await first.waitForEnd().status == -SIGKILL)

    let rest = try await TrainerProcess.run(arguments + ["--workers", "1"])
    #expect(rest.status == 0)
    #expect(rest.errors.contains("computed by --workers 2"))
    let before = try folder.bytes("run/metrics.json")
    let fewer = try await TrainerProcess.run(
      Self.network(table, folder.path("run"), epochs: 2) + ["--workers", "1"])
    #expect(fewer.status == 65)
    #expect(fewer.errors.contains("come to epoch 5 already"))
    #expect(try folder.bytes("run/metrics.json") == before)

    let measured = try await TrainerProcess.run([
      "evaluate", "--model", folder.path("run/model.safetensors"), "--data", table, "--parts", "validation",
      "--output", folder.path("measured"),
    ])
    #expect(measured.status == 0)
    #expect(try Self.parts(folder, "measured") == ["validation"])
    #expect(!folder.exists("measured/figures/confusion-matrix-test.svg"))
    #expect(measured.output.contains("Classification report, validation"))
    #expect(!measured.output.split(separator: "\n").contains { $0.hasPrefix("test") })
  }
}
