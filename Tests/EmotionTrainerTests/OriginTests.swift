import Foundation
import NeuralNetwork
import TestSupport
import Testing
import Training

/// What a network has learned from decides what its figures are worth, wherever it is used.
@Suite(.serialized) struct OriginTests {
  private static func training(_ table: String, _ output: String) -> [String] {
    [
      "train", "--experiment", "mlp-corrected", "--data", table, "--output", output, "--epochs", "1",
      "--workers", "1",
    ]
  }

  /// The daemon's network in a folder that says that it is a run's: a file by itself is no run, and to train one of this
  /// size takes too long.
  private static func run(
    _ name: String, in folder: TemporaryFolder, data: String, hasUnknownStart: Bool = false
  ) throws -> String {
    let run = try RunFolder(creating: folder.path(name))
    _ = try run.begin(
      .network(NetworkExperiment.vgg19(seed: 1)), data: data, hasUnknownStart: hasUnknownStart)
    let model = run.file(RunFolder.networkName)
    try FileManager.default.copyItem(atPath: ShippedModel.path, toPath: model)
    return model
  }

  /// Its pixels would be scaled by other pictures, or by none at all.
  @Test func aNetworkThatScalesPixelsAnswersForItsOwnDataOnly() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    #expect(try await TrainerProcess.run(Self.training(table, folder.path("run"))).status == 0)
    let model = folder.path("run/model.safetensors")
    let tests = (0..<7).map { SyntheticTable.row(label: $0, number: $0, usage: "PrivateTest") }
    let untrained = try folder.write(SyntheticTable.header + tests.joined(), as: "tests.csv")
    for command in [
      ["evaluate", "--model", model, "--data", untrained],
      Self.training(untrained, folder.path("taught")) + ["--teacher", model],
    ] {
      let outcome = try await TrainerProcess.run(command)
      #expect(outcome.status == 65, "\(command[0])")
      #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("was trained on other data"), "\(outcome.errors)")
    }
  }

  /// Random parts of other pictures are other parts.
  @Test func theNotebooksPartsAreThoseOfTheRunsData() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    let model = try Self.run("run", in: folder, data: "other pictures")
    let measured = try await TrainerProcess.run([
      "evaluate", "--model", model, "--data", table, "--views", "plain", "--parts", "test",
    ])
    #expect(measured.status == 0, "\(measured.errors)")
    #expect(
      measured.output.contains(
        "Caution: This network was trained on other data: some of these pictures may have trained it"))
    let taught = try await TrainerProcess.run(
      Self.training(table, folder.path("taught")) + ["--teacher", model])
    #expect(taught.status == 65)
    #expect(taught.errors.contains("was trained on other data"))
    let exported = folder.path("exported.safetensors")
    #expect(try await TrainerProcess.run(["export", model, exported]).status == 0)
    let metadata = try Safetensors(path: exported).metadata
    #expect(metadata["training_parts"] == "notebook-vgg19")
    #expect(metadata["training_pictures"] == "other pictures")
  }

  /// One step further an unknown start is no less unknown.
  @Test func anUnknownStartIsNotForgotten() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    #expect(try await TrainerProcess.run(Self.training(table, folder.path("first"))).status == 0)
    // No longer in the folder that says what it is.
    let bare = folder.path("bare.safetensors")
    try FileManager.default.copyItem(atPath: folder.path("first/model.safetensors"), toPath: bare)
    let second = try await TrainerProcess.run(
      Self.training(table, folder.path("second")) + ["--continue-from", bare])
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.errors.contains("caution: Nothing says which pictures trained \(bare)"))
    #expect(try folder.text("second/metrics.json").contains("\"isUnchanged\" : false"))

    let model = folder.path("second/model.safetensors")
    let measured = try await TrainerProcess.run(["evaluate", "--model", model, "--data", table])
    #expect(measured.output.contains("Caution: Nothing says which pictures trained what this network began"))
    let taught = try await TrainerProcess.run(
      Self.training(table, folder.path("taught")) + ["--teacher", model])
    #expect(taught.status == 65)
    #expect(taught.errors.contains("nothing says which pictures trained what the teacher"))
    let third = try await TrainerProcess.run(
      Self.training(table, folder.path("third")) + ["--continue-from", model])
    #expect(third.status == 0, "\(third.errors)")
    #expect(third.errors.contains("caution: Nothing says which pictures trained what \(model)"))
    #expect(try folder.text("third/experiment.json").contains("\"hasUnknownStart\" : true"))
  }

  @Test func anUnknownStartIsNotExportedAsKnown() async throws {
    let folder = try TemporaryFolder()
    let model = try Self.run("run", in: folder, data: "pictures", hasUnknownStart: true)
    let exported = folder.path("exported.safetensors")
    let outcome = try await TrainerProcess.run(["export", model, exported])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let metadata = try Safetensors(path: exported).metadata
    #expect(metadata["labels"] != nil)
    #expect(metadata["training_parts"] == nil)
  }
}
