import Evaluation
import Foundation
import NeuralNetwork
import Tensors
import Testing
import WeightExchange

@testable import Training

/// What a checkpoint says beside its tensors.
@Suite struct CheckpointTests {
  private static func trainer(
    _ path: String, task: TrainingTask = SmallTask.task(), callbacks: [any TrainingCallback] = [],
    stopRequest: Trainer.StopRequest = .init()
  ) throws -> Trainer {
    try Trainer(
      task: task, callbacks: callbacks, checkpointPath: path, stopRequest: stopRequest,
      pool: WorkerPool(workerCount: 2))
  }

  /// Changes a checkpoint's texts.
  private static func edit(_ path: String, _ change: (inout [String: String]) throws -> Void) throws {
    let file = try Safetensors(path: path)
    var metadata = file.metadata
    try change(&metadata)
    var tensors: [NamedTensor] = []
    for (name, entry) in file.entries {
      let values = try file.tensor(name, shape: entry.shape)
      tensors.append(NamedTensor(name: name, shape: entry.shape, values: values))
    }
    try SafetensorsWriter(metadata: metadata).write(tensors, to: path)
  }

  private static func editState(_ path: String, _ change: (inout TrainingState) -> Void) throws {
    try edit(path) { metadata in
      let text = try #require(metadata["training_state"])
      var state = try JSONDecoder().decode(TrainingState.self, from: Data(text.utf8))
      change(&state)
      metadata["training_state"] = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
    }
  }

  /// The reason why a checkpoint is refused.
  private static func refusal(_ path: String, callbacks: [any TrainingCallback] = []) -> String? {
    let error = #expect(throws: TrainingError.self) { try trainer(path, callbacks: callbacks) }
    guard case .badCheckpoint(path, let reason)? = error else {
      Issue.record("\(String(describing: error))")
      return nil
    }
    return reason
  }

  /// Else they would overflow, or pass over an epoch without a word.
  @Test func numbersThatNoRunComesToAreRefused() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/checkpoint"
      try Self.trainer(path).run()
      let bytes = try Data(contentsOf: URL(filePath: path))
      // Seven batches are an epoch, of 70 pictures.
      let numbers: [(String, WritableKeyPath<TrainingState, Int>, Int)] = [
        ("epoch", \.epoch, -1), ("epoch", \.epoch, 100_001), ("epoch", \.epoch, Int.max),
        ("batch", \.batch, -1), ("batch", \.batch, 8), ("batch", \.batch, Int.max),
        ("step", \.step, -1), ("step", \.step, Int.max), ("pictures", \.pictures, -1),
        ("pictures", \.pictures, 71), ("correct", \.correct, 1),
      ]
      for (name, place, value) in numbers {
        try bytes.write(to: URL(filePath: path))
        try Self.editState(path) { $0[keyPath: place] = value }
        #expect(Self.refusal(path)?.hasPrefix("\(name) is \(value), ") == true)
      }
      for steps in ["-1", String(Int.max)] {
        try bytes.write(to: URL(filePath: path))
        try Self.edit(path) { $0["optimizer_steps"] = steps }
        #expect(Self.refusal(path) == "optimizer_steps is \(steps), it can be 0 to 700000")
      }
      try bytes.write(to: URL(filePath: path))
      try Self.editState(path) { _ in }
      #expect(try Self.trainer(path).run() == .finished)
    }
  }

  @Test func aCallbacksStateThatCannotBeReadIsNamed() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/checkpoint"
      let stop = EarlyStopping(figure: .validationLoss, patience: 3)
      try Self.trainer(path, callbacks: [stop]).run()
      try Self.editState(path) { $0.callbacks["early_stopping"] = "no state" }
      #expect(Self.refusal(path, callbacks: [stop])?.hasPrefix("early_stopping: ") == true)
    }
  }

  /// Learned at the run's end, it would be too late.
  @Test func theBestWeightsAreReadWhenTheRunGoesOn() throws {
    try withTemporaryFolder { folder in
      let (path, best) = ("\(folder)/checkpoint", "\(folder)/best")
      func keeper(restoresBest: Bool = true) -> [any TrainingCallback] {
        [KeepBest(figure: .validationLoss, path: best, restoresBest: restoresBest)]
      }
      try Self.trainer(path, callbacks: keeper()).run()
      _ = try Self.trainer(path, callbacks: keeper())
      let bytes = try Data(contentsOf: URL(filePath: best))
      for isThere in [true, false] {
        if isThere {
          try bytes.dropLast(4).write(to: URL(filePath: best))
        } else {
          try FileManager.default.removeItem(atPath: best)
        }
        let error = #expect(throws: TrainingError.self) { try Self.trainer(path, callbacks: keeper()) }
        let isNamed = if case .badBest(best, _)? = error { true } else { false }
        #expect(isNamed, "\(String(describing: error))")
        // Who does not end with it can do without it.
        _ = try Self.trainer(path, callbacks: keeper(restoresBest: false))
      }
    }
  }

  @Test func saysThatOtherInstructionsComputedTheRun() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/checkpoint"
      try Self.trainer(path).run()
      #expect(try Self.trainer(path).formerInstructions == nil)
      try Self.editState(path) { $0.instructions = "an abacus" }
      #expect(try Self.trainer(path).formerInstructions == "an abacus")
      // As in versions that did not note them.
      try Self.editState(path) { $0.instructions = nil }
      #expect(try Self.trainer(path).formerInstructions == nil)
    }
  }

  /// A task whose figures in validation are the same after every epoch, though its weights are not: outputs that are all
  /// 0 have no gradient here.
  private static func constantTask() -> TrainingTask {
    var settings = SmallTask.settings
    settings.epochs = 9
    settings.schedule = .constant(0.01)
    var task = SmallTask.task(settings: settings)
    task.loss = .normalizedCrossEntropy
    for parameter in task.store.parameters where parameter.name.hasPrefix("output_layer") {
      parameter.setRowMajor([Float](repeating: 0, count: parameter.count))
    }
    return task
  }

  private static func watchers(best: String) -> [any TrainingCallback] {
    [
      KeepBest(figure: .validationLoss, path: best, restoresBest: true),
      ReduceOnPlateau(figure: .validationLoss, factor: 0.5, patience: 2),
      EarlyStopping(figure: .validationLoss, patience: 3),
    ]
  }

  /// Cut off in the second epoch, what was counted in the first is not forgotten.
  @Test func callbacksGoOnWithWhatTheyRemember() throws {
    try withTemporaryFolder { folder in
      let end = TrainingEnd.stoppedEarly("no better validationLoss for 3 epochs")
      let whole = try Self.trainer(
        "\(folder)/whole", task: Self.constantTask(), callbacks: Self.watchers(best: "\(folder)/whole-best"))
      #expect(try whole.run() == end)
      let rates = whole.history.epochs.map { Float($0.learningRate ?? 0) }
      #expect(rates == [0.01, 0.01, 0.01, 0.005])

      let request = Trainer.StopRequest()
      let watchers = Self.watchers(best: "\(folder)/cut-best")
      let first = try Self.trainer(
        "\(folder)/cut", task: Self.constantTask(),
        callbacks: watchers + [StopAfter(batches: 10, request: request)], stopRequest: request)
      #expect(try first.run() == .interrupted)
      #expect(first.history.epochs.count == 1)
      let second = try Self.trainer(
        "\(folder)/cut", task: Self.constantTask(), callbacks: Self.watchers(best: "\(folder)/cut-best"))
      #expect(try second.run() == end)
      #expect(RunResult(second) == RunResult(whole))
      let best = try ["whole", "cut"].map { try Data(contentsOf: URL(filePath: "\(folder)/\($0)-best")) }
      #expect(best[0] == best[1])
      #expect(try Safetensors(path: "\(folder)/cut-best").metadata["epoch"] == "1")
    }
  }
}
