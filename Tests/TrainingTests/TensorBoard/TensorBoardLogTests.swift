import Evaluation
import Foundation
import NeuralNetwork
import Tensors
import TestSupport
import Testing

@testable import Training

/// What a run leaves for TensorBoard.
@Suite struct TensorBoardLogTests {
  /// An event: what it is of, where it stands, and a scalar's number.
  private struct Event: Equatable {
    var tag: String
    var step: Int
    var value: Float?
  }

  private static func event(_ bytes: [UInt8]) -> Event {
    var event = Event(tag: "version", step: 0)
    for field in protobufFields(bytes) {
      switch (field.number, field.value) {
      case (2, .integer(let step)): event.step = step
      case (5, let summary):
        for part in summary.message.flatMap(\.value.message) {
          switch (part.number, part.value) {
          case (1, let tag): event.tag = tag.text ?? ""
          case (2, .fourBytes(let bytes)):
            event.value = Float(bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
          default: break
          }
        }
      case (7, _): event.tag = "session"
      default: break
      }
    }
    return event
  }

  /// The events of a folder's files, in the order in which TensorBoard reads them.
  private static func events(_ folder: String) throws -> [[Event]] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
      let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
      return EventFile.records([UInt8](bytes)).map { event($0) }
    }
  }

  private static func scalars(_ names: [String], _ values: [Double?], epoch: Int) -> [Event] {
    zip(names, values).map { Event(tag: $0, step: epoch, value: $1.map { Float($0) }) }
  }

  /// Cut off in the second epoch, the second file says from where on it holds.
  @Test func goesOnInAFileOfItsOwn() throws {
    try withTemporaryFolder { folder in
      func trainer(_ callbacks: [any TrainingCallback], _ request: Trainer.StopRequest) throws -> Trainer {
        try Trainer(
          task: SmallTask.task(),
          callbacks: callbacks + [TensorBoardLog(folder: "\(folder)/logs", histogramInterval: 2)],
          checkpointPath: "\(folder)/checkpoint", stopRequest: request, pool: WorkerPool(workerCount: 2))
      }
      let request = Trainer.StopRequest()
      let first = try trainer([StopAfter(batches: 8, request: request)], request)
      #expect(try first.run() == .interrupted)
      let second = try trainer([], Trainer.StopRequest())
      #expect(try second.run() == .finished)

      let epochs = second.history.epochs
      try #require(epochs.count == 3)
      let training = epochs.map {
        Self.scalars(
          ["epoch_loss", "epoch_accuracy", "learning_rate"],
          [$0.trainLoss, $0.trainAccuracy, $0.learningRate], epoch: $0.epoch)
      }
      let validation = epochs.map {
        Self.scalars(
          ["epoch_loss", "epoch_accuracy"], [$0.validationLoss, $0.validationAccuracy], epoch: $0.epoch)
      }
      let histograms = second.optimizer.parameters.map { Event(tag: $0.name, step: 2) }
      func beginning(_ step: Int) -> [Event] {
        [Event(tag: "version", step: 0), Event(tag: "session", step: step)]
      }
      #expect(
        try Self.events("\(folder)/logs/train") == [
          beginning(0) + training[0], beginning(2) + training[1] + histograms + training[2],
        ])
      #expect(
        try Self.events("\(folder)/logs/validation") == [
          beginning(0) + validation[0], beginning(2) + validation[1] + validation[2],
        ])
    }
  }
}
