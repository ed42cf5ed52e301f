import Evaluation
import Foundation
import NeuralNetwork
import Tensors
import Testing

@testable import Training

/// Ends a run after a number of batches.
private final class StopAfter: TrainingCallback {
  let name = "stop_after"
  let request: Trainer.StopRequest
  private var left: Int

  init(batches: Int, request: Trainer.StopRequest) { (left, self.request) = (batches, request) }

  func receive(_ event: TrainingEvent, from trainer: Trainer) {
    guard case .batchEnded = event else { return }
    left -= 1
    if left == 0 { request.stop() }
  }
}

/// Remembers what happened.
private final class Witness: TrainingCallback {
  let name = "witness"
  var batches = 0
  var epochs: [TrainingHistory.Epoch] = []
  var ends: [TrainingEnd] = []

  func receive(_ event: TrainingEvent, from trainer: Trainer) {
    switch event {
    case .batchEnded: batches += 1
    case .epochEnded(let epoch): epochs.append(epoch)
    case .runEnded(let end): ends.append(end)
    default: break
    }
  }
}

/// Cuts a run off.
private struct Cut: Error {}

@Suite struct TrainerTests {
  private static func folder() throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "trainer-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  private static func pool() -> WorkerPool { WorkerPool(workerCount: 2) }

  /// All that a run leaves, but for the times.
  private static func result(_ trainer: Trainer) -> ([[Float]], [[Float]], [TrainingHistory.Epoch]) {
    let weights = trainer.task.store.parameters.map(\.rowMajorValues)
    let averages = trainer.average?.averages.map(\.array) ?? []
    let epochs = trainer.history.epochs.map { epoch in
      var epoch = epoch
      epoch.seconds = nil
      return epoch
    }
    return (weights, averages, epochs)
  }

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
    #expect(Self.result(whole) == Self.result(second))
  }

  /// Cut off in the validation an epoch has no batch left, and its rate is known all the same.
  @Test func goesOnInTheValidation() throws {
    let whole = try Trainer(task: SmallTask.task(), pool: Self.pool())
    try whole.run()
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var task = SmallTask.task()
    task.validationInput = { _ in throw Cut() }
    // A checkpoint after each batch.
    let first = try Trainer(
      task: task, checkpointPath: "\(folder)/checkpoint", checkpointInterval: .seconds(-1), pool: Self.pool())
    #expect(throws: Cut.self) { try first.run() }
    let witness = Witness()
    let second = try Trainer(
      task: SmallTask.task(), callbacks: [witness], checkpointPath: "\(folder)/checkpoint", pool: Self.pool())
    try second.run()
    #expect(witness.batches == 14)
    #expect(Self.result(whole) == Self.result(second))
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

  @Test func twoRunsGiveTheSameBits() throws {
    let runs = try (0..<2).map { _ in
      let trainer = try Trainer(task: SmallTask.task(), pool: Self.pool())
      try trainer.run()
      return Self.result(trainer)
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
    // Grows until it ruins what was learned.
    settings.schedule = .cosine(peak: 30, warmUpEpochs: 6)
    settings.average = nil
    let best = KeepBest(figure: .validationLoss, path: "\(folder)/best", restoresBest: true)
    let trainer = try Trainer(task: SmallTask.task(settings: settings), callbacks: [best], pool: Self.pool())
    try trainer.run()
    let file = try Safetensors(path: "\(folder)/best")
    for parameter in trainer.task.store.parameters {
      #expect(parameter.rowMajorValues == (try file.tensor(parameter.name, shape: parameter.shape).array))
    }
    let bestEpoch = trainer.history.bestEpoch(by: .validationLoss)?.epoch
    #expect(file.metadata["epoch"] == bestEpoch.map(String.init))
  }
}
