import Foundation
import NeuralNetwork
import TestSupport
import Testing
import Training
import WeightExchange

@testable import emotion_trainer

/// `train --experiment all`.
@Suite struct EveryExperimentTests {
  private static let experiments = Array(Experiment.all(seed: 1).prefix(4))

  /// One that diverges does not keep the others from their turn, and is not forgotten.
  @Test func theOthersHaveTheirTurn() throws {
    var begun: [String] = []
    let (finished, failure) = try TrainCommand.runEach(Self.experiments) {
      begun.append($0.name)
      if begun.count == 2 { throw TrainingError.diverged(epoch: 3, batch: 7) }
    }
    #expect(begun == Self.experiments.map(\.name))
    #expect(finished.map(\.name) == [begun[0], begun[2], begun[3]])
    let isDiverged = if case .diverged(3, 7)? = failure as? TrainingError { true } else { false }
    #expect(isDiverged)
  }

  /// What ends the work does not take what finished before it.
  @Test func whatFinishedIsKept() throws {
    var begun = 0
    let (finished, failure) = try TrainCommand.runEach(Self.experiments) { _ in
      begun += 1
      if begun == 3 { throw TrainingError.nothingToTrain }
    }
    #expect(begun == 3)
    #expect(finished.map(\.name) == Self.experiments.prefix(2).map(\.name))
    let end = failure as? TrainingError
    #expect(end == .nothingToTrain)
  }

  /// Weights that do not fit the last of them are no reason to compute the others first.
  @Test func weightsAreLookedAtBeforeTheFirstRun() async throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(SyntheticTable.text(), as: "data.csv")
    var tensors: [NamedTensor] = []
    for (place, block) in VGG19.blocks.enumerated() {
      for number in 1...block.convolutions {
        for role in ["weight", "bias"] {
          let name = "block\(place + 1)_conv\(number).\(role)"
          tensors.append(NamedTensor(name: name, shape: [1], values: [0]))
        }
      }
    }
    let weights = folder.path("fewer.safetensors")
    try SafetensorsWriter().write(tensors.filter { !$0.name.hasPrefix("block3_conv4") }, to: weights)
    let outcome = try await TrainerProcess.run([
      "train", "--experiment", "all", "--pretrained", weights, "--data", table, "--output",
      folder.path("runs"),
    ])
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("fewer.safetensors"))
    #expect(outcome.errors.contains("have no block3_conv4.weight"))
    #expect(!folder.exists("runs/svm"))
  }

  /// Who asks to stop does not wait for the others.
  @Test func aRequestToStopEndsTheWork() {
    var begun = 0
    #expect(throws: CommandFailure.stopped) {
      try TrainCommand.runEach(Self.experiments) { _ in
        begun += 1
        if begun == 2 { throw CommandFailure.stopped }
      }
    }
    #expect(begun == 2)
  }
}
