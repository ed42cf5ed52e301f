import Evaluation
import Foundation
import NeuralNetwork
import Tensors
import Testing

@testable import Training

/// Cuts a run off.
private struct Cut: Error {}

/// Makes the opposite of what was learned when an epoch has ended, and lets nothing be learned any more.
private final class Ruin: TrainingCallback {
  let name = "ruin"
  private let epoch: Int

  init(epoch: Int) { self.epoch = epoch }

  func receive(_ event: TrainingEvent, from trainer: Trainer) {
    guard case .epochEnded(let ended) = event, ended.epoch == epoch else { return }
    for parameter in trainer.task.store.parameters where parameter.name.hasPrefix("output_layer") {
      parameter.setRowMajor(parameter.rowMajorValues.map { -100 * $0 })
    }
    trainer.learningRateScale = 0
  }
}

@Suite struct TrainerTests {
  private static func folder() throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "trainer-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  private static func pool() -> WorkerPool { WorkerPool(workerCount: 2) }

  @Test func learns() throws {
    var settings = SmallTask.settings
    settings.epochs = 12
    settings.mixup = nil
    let trainer = try Trainer(task: SmallTask.task(settings: settings), pool: Self.pool())
    #expect(try trainer.run() == .finished)
    #expect(trainer.history.epochs.count == 12)
    let last = try #require(trainer.history.epochs.last)
    #expect(try #require(last.validationAccuracy) > 0.9)
    #expect(try #require(last.trainLoss) < trainer.history.epochs[0].trainLoss ?? 0)
  }

  /// Wherever a run is cut off, the rest gives the same bits as a run that was not.
  @Test(arguments: [1, 7, 8, 15]) func goesOnBitForBit(batches: Int) throws {
    let whole = try Trainer(task: SmallTask.task(), pool: Self.pool())
    try whole.run()
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let request = Trainer.StopRequest()
    let first = try Trainer(
      task: SmallTask.task(), callbacks: [StopAfter(batches: batches, request: request)],
      checkpointPath: "\(folder)/checkpoint", stopRequest: request, pool: Self.pool())
    #expect(try first.run() == .interrupted)
    let witness = Witness()
    let second = try Trainer(
      task: SmallTask.task(), callbacks: [witness], checkpointPath: "\(folder)/checkpoint", pool: Self.pool())
    #expect(try second.run() == .finished)
    #expect(witness.batches == 21 - batches)
    #expect(RunResult(whole) == RunResult(second))
  }

  /// Cut off in the validation an epoch has no batch left, and its rate is known all the same: it was kept before.
  @Test func goesOnInTheValidation() throws {
    let whole = try Trainer(task: SmallTask.task(), pool: Self.pool())
    try whole.run()
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var task = SmallTask.task()
    task.validationInput = { _ in throw Cut() }
    let first = try Trainer(task: task, checkpointPath: "\(folder)/checkpoint", pool: Self.pool())
    #expect(throws: Cut.self) { try first.run() }
    let witness = Witness()
    let second = try Trainer(
      task: SmallTask.task(), callbacks: [witness], checkpointPath: "\(folder)/checkpoint", pool: Self.pool())
    try second.run()
    #expect(witness.batches == 14)
    #expect(RunResult(whole) == RunResult(second))
  }

  @Test func fewerEpochsThanAreDoneAreRefused() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/checkpoint"
    let request = Trainer.StopRequest()
    // Seven batches are an epoch.
    try Trainer(
      task: SmallTask.task(), callbacks: [StopAfter(batches: 8, request: request)], checkpointPath: path,
      stopRequest: request, pool: Self.pool()
    ).run()
    var settings = SmallTask.settings
    settings.epochs = 1
    #expect(throws: TrainingError.pastLastEpoch(path: path, done: 2, wanted: 1)) {
      try Trainer(task: SmallTask.task(settings: settings), checkpointPath: path, pool: Self.pool())
    }
    settings.epochs = 2
    let trainer = try Trainer(
      task: SmallTask.task(settings: settings), checkpointPath: path, pool: Self.pool())
    #expect(try trainer.run() == .finished)
    #expect(trainer.history.epochs.count == 2)
  }

  @Test func saysThatOtherWorkersComputedTheRun() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/checkpoint"
    let first = try Trainer(task: SmallTask.task(), checkpointPath: path, pool: Self.pool())
    #expect(first.formerWorkerCount == nil)
    try first.run()
    let expected: [(count: Int, former: Int?)] = [(2, nil), (1, 2)]
    for (count, former) in expected {
      let trainer = try Trainer(
        task: SmallTask.task(), checkpointPath: path, pool: WorkerPool(workerCount: count))
      #expect(trainer.formerWorkerCount == former)
    }
  }

  /// A figure that is no number is never the best, and does not keep later ones from being it.
  @Test func whatIsNoNumberIsNeverTheBest() throws {
    var patience = Patience()
    let figures = [Double.nan, 2, -Double.infinity, 1.5, Double.nan]
    let taken = figures.map { patience.take($0, .validationLoss, by: 0) }
    #expect(taken == [false, true, false, true, false])
    #expect(patience.best == 1.5)
    #expect(patience.epochsWithout == 1)
    patience.best = .nan
    let text = try #require(CallbackState.text(patience))
    var restored: Patience = try CallbackState.value(text)
    #expect(restored.best?.isNaN == true)
    let isBetter = restored.take(0.2, .validationAccuracy, by: 0)
    #expect(isBetter)
  }

  /// A rate of 0 would waste a step, and one that only rises ends a short run at the peak.
  @Test func theRateRisesWithTheFirstSteps() throws {
    let witness = Witness()
    try Trainer(task: SmallTask.task(), callbacks: [witness], pool: Self.pool()).run()
    // Of half an epoch's rise a run of three has a tenth of itself: 2.1 batches of seven.
    let expected: [Float] = [0.02 / 2.1, 0.02 * 2 / 2.1, 0.02]
    for (report, rate) in zip(witness.reports, expected) { #expect(abs(report.learningRate - rate) < 1e-7) }
    let rates = witness.reports.dropFirst(2).map(\.learningRate)
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 > $1 })
    #expect(try #require(rates.last) < 0.001)
  }

  @Test func twoRunsGiveTheSameBits() throws {
    let runs = try (0..<2).map { _ in
      let trainer = try Trainer(task: SmallTask.task(), pool: Self.pool())
      try trainer.run()
      return RunResult(trainer)
    }
    #expect(runs[0] == runs[1])
  }

  @Test func aFinishedRunIsNotRunAgain() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for expected in [21, 0] {
      let witness = Witness()
      try Trainer(
        task: SmallTask.task(), callbacks: [witness], checkpointPath: "\(folder)/checkpoint",
        pool: Self.pool()
      ).run()
      #expect(witness.batches == expected)
      #expect(witness.ends == [.finished])
    }
  }

  @Test func aCheckpointOfOtherSettingsIsRefused() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/checkpoint"
    try Trainer(task: SmallTask.task(), checkpointPath: path, pool: Self.pool()).run()
    var settings = SmallTask.settings
    settings.batchSize = 11
    #expect(throws: TrainingError.self) {
      try Trainer(task: SmallTask.task(settings: settings), checkpointPath: path, pool: Self.pool())
    }
    settings = SmallTask.settings
    settings.epochs = 4
    let longer = try Trainer(
      task: SmallTask.task(settings: settings), checkpointPath: path, pool: Self.pool())
    try longer.run()
    #expect(longer.history.epochs.count == 4)
  }

  @Test func aDamagedCheckpointIsNamed() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/checkpoint"
    try Trainer(task: SmallTask.task(), checkpointPath: path, pool: Self.pool()).run()
    let bytes = try Data(contentsOf: URL(filePath: path))
    for count in [0, 7, 100, bytes.count / 2, bytes.count - 1] {
      try bytes.prefix(count).write(to: URL(filePath: path))
      let error = #expect(throws: TrainingError.self) {
        try Trainer(task: SmallTask.task(), checkpointPath: path, pool: Self.pool())
      }
      #expect(error?.description.contains(path) == true)
    }
  }

  @Test func aLossThatIsNoNumberEndsTheRun() throws {
    var settings = SmallTask.settings
    settings.schedule = .constant(1e30)
    let trainer = try Trainer(task: SmallTask.task(settings: settings), pool: Self.pool())
    #expect(throws: TrainingError.self) { try trainer.run() }
  }

  @Test func earlyStoppingEndsTheRun() throws {
    var settings = SmallTask.settings
    settings.epochs = 50
    settings.schedule = .constant(0)
    let witness = Witness()
    // With a rate of 0 and no average nothing becomes better after the first epoch but by the running moments.
    settings.average = nil
    let stop = EarlyStopping(figure: .validationLoss, patience: 3, minimumDelta: 10)
    let trainer = try Trainer(
      task: SmallTask.task(settings: settings), callbacks: [stop, witness], pool: Self.pool())
    #expect(try trainer.run() == .stoppedEarly("no better validationLoss for 3 epochs"))
    #expect(witness.epochs.count == 4)
  }

  @Test func thePlateauLowersTheRate() throws {
    var settings = SmallTask.settings
    settings.epochs = 7
    settings.schedule = .constant(0.01)
    let plateau = ReduceOnPlateau(
      figure: .validationLoss, factor: 0.5, patience: 2, minimumDelta: 10, minimumRate: 0.003)
    let trainer = try Trainer(
      task: SmallTask.task(settings: settings), callbacks: [plateau], pool: Self.pool())
    try trainer.run()
    let rates = trainer.history.epochs.map { Float($0.learningRate ?? 0) }
    #expect(rates == [0.01, 0.01, 0.01, 0.005, 0.005, 0.003, 0.003])
  }

  @Test func theBestWeightsComeBack() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var settings = SmallTask.settings
    settings.epochs = 6
    settings.average = nil
    let best = KeepBest(figure: .validationLoss, path: "\(folder)/best", restoresBest: true)
    let trainer = try Trainer(
      task: SmallTask.task(settings: settings), callbacks: [best, Ruin(epoch: 3)], pool: Self.pool())
    try trainer.run()
    let file = try Safetensors(path: "\(folder)/best")
    for parameter in trainer.task.store.parameters {
      #expect(parameter.rowMajorValues == (try file.tensor(parameter.name, shape: parameter.shape).array))
    }
    let bestEpoch = try #require(trainer.history.bestEpoch(by: .validationLoss)?.epoch)
    #expect(bestEpoch <= 3)
    #expect(file.metadata["epoch"] == String(bestEpoch))
  }
}
