import DurableFiles
import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct TrainingHistoryTests {
  private let header =
    "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,learning_rate,seconds"

  @Test func survivesCSVToTheBit() throws {
    let history = TrainingHistory(epochs: [
      .init(epoch: 1, trainLoss: 1.0 / 3, trainAccuracy: 0.1, validationLoss: 2e-300, validationAccuracy: 1),
      .init(epoch: 2, trainLoss: .infinity, learningRate: 1e-7, seconds: 812.25),
      .init(epoch: 7),
    ])
    #expect(try TrainingHistory(csv: history.csv()) == history)
    #expect(history.csv().hasPrefix(header + "\n1,0.3333333333333333,0.1,2e-300,1.0,,\n"))
    let folder = try TemporaryFolder()
    try history.write(csv: "\(folder.path)/history.csv")
    #expect(try TrainingHistory(csvFile: "\(folder.path)/history.csv") == history)
  }

  @Test func readsColumnsInAnyOrderAndLinesOfWindows() throws {
    let history = try TrainingHistory(
      csv: "\u{feff}validation_loss , epoch\r\nnan,0\r\n 1.5 ,1\r\n\r\n")
    #expect(history.epochs.map(\.epoch) == [0, 1])
    #expect(history.epochs[0].validationLoss?.isNaN == true)
    #expect(history.epochs[1] == .init(epoch: 1, validationLoss: 1.5))
  }

  @Test(arguments: [
    ("", TrainingHistoryError.empty),
    ("train_loss\n1\n", .missingColumn(name: "epoch")),
    ("epoch,epoch\n", .duplicateColumn(name: "epoch")),
    ("epoch,speed\n", .unknownColumn(name: "speed")),
    ("epoch,seconds\n1\n", .wrongFieldCount(line: 2, expected: 2, actual: 1)),
    (
      "epoch\n1\n\n2\n",
      .unacceptableValue(line: 3, column: "epoch", text: "", allowed: "a whole number, 0 or more")
    ),
    ("epoch\n1\n1\n", .epochsNotIncreasing(line: 3, epoch: 1, previous: 1)),
    (
      "epoch\n99999999999999999999\n",
      .unacceptableValue(
        line: 2, column: "epoch", text: "99999999999999999999", allowed: "a whole number, 0 or more")
    ),
    (
      "epoch,train_loss\n1,0x1p3\n",
      .unacceptableValue(line: 2, column: "train_loss", text: "0x1p3", allowed: "a number, nan, inf or empty")
    ),
    (
      "epoch,train_loss\n1,1e999\n",
      .unacceptableValue(line: 2, column: "train_loss", text: "1e999", allowed: "a number, nan, inf or empty")
    ),
    (
      "epoch,train_accuracy\n1,1.5\n",
      .unacceptableValue(line: 2, column: "train_accuracy", text: "1.5", allowed: "0 to 1, nan or empty")
    ),
    (
      "epoch,seconds\n1,-1\n",
      .unacceptableValue(line: 2, column: "seconds", text: "-1", allowed: "0 or more, or empty")
    ),
  ])
  func saysWhichLineIsWrong(text: String, expected: TrainingHistoryError) {
    #expect(throws: expected) { try TrainingHistory(csv: text) }
  }

  @Test func doesNotRepeatHostileFields() {
    let field = "\u{1b}[31m" + String(repeating: "x", count: 10_000)
    do {
      _ = try TrainingHistory(csv: "epoch,seconds\n1,\(field)\n")
      Issue.record("accepted")
    } catch {
      #expect(error.description.count < 200)
      #expect(!error.description.contains("\u{1b}"))
    }
  }

  @Test func filesThatAreNoHistoryAreRefused() throws {
    let folder = try TemporaryFolder()
    #expect(throws: TrainingHistoryError.self) {
      try TrainingHistory(csvFile: "\(folder.path)/missing.csv")
    }
    try AtomicFile.write([0x65, 0xff, 0xfe], to: "\(folder.path)/binary.csv")
    #expect(throws: TrainingHistoryError.notText) {
      try TrainingHistory(csvFile: "\(folder.path)/binary.csv")
    }
    #expect(throws: TrainingHistoryError.self) { try TrainingHistory(csvFile: folder.path) }
  }

  @Test func theBestEpochIsTheFirstOfEqualsAndAlwaysFinite() {
    let history = TrainingHistory(epochs: [
      .init(epoch: 1, validationLoss: .nan, validationAccuracy: 0.5, seconds: 2),
      .init(epoch: 2, validationLoss: 0.7, validationAccuracy: 0.6, seconds: 3),
      .init(epoch: 3, validationLoss: 0.9, validationAccuracy: 0.6),
      .init(epoch: 4, validationLoss: -.infinity, validationAccuracy: .nan),
    ])
    #expect(history.bestEpoch(by: .validationAccuracy)?.epoch == 2)
    #expect(history.bestEpoch(by: .validationLoss)?.epoch == 2)
    #expect(history.totalSeconds == 5)
    #expect(TrainingHistory().bestEpoch(by: .validationLoss) == nil)
  }

  @Test func whatIsNotFiniteIsLeftOutOfJSON() throws {
    let history = TrainingHistory(epochs: [.init(epoch: 1, trainLoss: .nan, seconds: 2)])
    let json = String(decoding: try JSONEncoder().encode(history), as: UTF8.self)
    #expect(!json.contains("trainLoss") && json.contains("\"seconds\":2"))
    let read = try JSONDecoder().decode(TrainingHistory.self, from: Data(json.utf8))
    #expect(read == TrainingHistory(epochs: [.init(epoch: 1, seconds: 2)]))
  }
}
