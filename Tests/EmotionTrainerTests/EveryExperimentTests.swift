import Foundation
import Testing
import Training

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

  /// Who asks to stop, or has no room left, does not wait for the others.
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
