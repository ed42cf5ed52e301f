import Datasets
import NeuralNetwork
import Tensors
import Testing

@testable import Training

/// Asks for the run's end as soon as a picture is looked at.
private struct StoppingInput: PictureInput {
  let plain: PlainInput
  let request: Trainer.StopRequest
  var count: Int { plain.count }

  func write(
    _ picture: UnsafePointer<UInt8>, seed: UInt64, epoch: Int, index: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    request.stop()
    plain.write(picture, seed: seed, epoch: epoch, index: index, into: output)
  }
}

@Suite struct ValidationTests {
  private static func pool() -> WorkerPool { WorkerPool(workerCount: 2) }

  /// Files are measured and used with the last size, so epochs of smaller ones are compared with it too.
  @Test func isDoneWithTheLastEpochsSize() throws {
    var settings = SmallTask.settings
    settings.stages = [
      TrainingSettings.Stage(firstEpoch: 0, side: 24), TrainingSettings.Stage(firstEpoch: 2, side: 48),
    ]
    var task = SmallTask.task(settings: settings)
    // The small network takes one size only.
    let layers = task.layers
    task.layers = { _ in layers(48) }
    var sides: [Int] = []
    task.validationInput = { side in
      sides.append(side)
      return try PlainInput()
    }
    try Trainer(task: task, pool: Self.pool()).run()
    #expect(sides == [48, 48, 48])
  }

  /// Nothing of the epoch is lost, and its validation is done when the run goes on.
  @Test func endsOnRequest() throws {
    func task() -> TrainingTask {
      var task = SmallTask.task()
      // More pictures than are validated at a time.
      task.split = Split(train: Array(0..<40), validation: Array(40..<96), test: [])
      return task
    }
    let whole = try Trainer(task: task(), pool: Self.pool())
    try whole.run()
    try withTemporaryFolder { folder in
      let path = "\(folder)/checkpoint"
      let request = Trainer.StopRequest()
      var stopped = task()
      stopped.validationInput = { StoppingInput(plain: try PlainInput(side: $0), request: request) }
      let first = try Trainer(task: stopped, checkpointPath: path, stopRequest: request, pool: Self.pool())
      #expect(try first.run() == .interrupted)
      #expect(first.history.epochs.isEmpty)
      let witness = Witness()
      let second = try Trainer(
        task: task(), callbacks: [witness], checkpointPath: path, pool: Self.pool())
      #expect(try second.run() == .finished)
      // Four batches are an epoch.
      #expect(witness.batches == 8)
      #expect(RunResult(second) == RunResult(whole))
    }
  }
}
