import Tensors
import Testing

@testable import Training

/// What a run says of its pace.
@Suite struct ProgressTests {
  private static func pool() -> WorkerPool { WorkerPool(workerCount: 2) }

  @Test func largerPicturesAndValidationsTakeTheirTime() {
    var settings = SmallTask.settings
    settings.epochs = 4
    settings.stages = [
      TrainingSettings.Stage(firstEpoch: 0, side: 24), TrainingSettings.Stage(firstEpoch: 2, side: 48),
    ]
    func seconds(epoch: Int, done: Int, isValidated: Bool = false) -> Double {
      WorkLeft(settings, epoch: epoch, pictures: 100)
        .seconds(done: done, isValidated: isValidated, picturesPerSecond: 10, validationSeconds: 3)
    }
    // 40 and 100 small ones, 200 of four times the pixels, four validations.
    #expect(abs(seconds(epoch: 0, done: 60) - (94 + 12)) < 1e-9)
    #expect(abs(seconds(epoch: 0, done: 100, isValidated: true) - (90 + 9)) < 1e-9)
    #expect(abs(seconds(epoch: 2, done: 60) - (14 + 6)) < 1e-9)
    #expect(seconds(epoch: 3, done: 100, isValidated: true) == 0)
  }

  @Test func aRunEstimatesItsEnd() throws {
    let witness = Witness()
    let trainer = try Trainer(task: SmallTask.task(), callbacks: [witness], pool: Self.pool())
    #expect(trainer.pace == nil)
    try trainer.run()
    #expect(trainer.pace?.secondsLeft == 0)
    for report in witness.reports {
      let pictures = Double((3 - report.epoch) * 70 - report.pictures)
      let training = pictures / report.pace.picturesPerSecond
      if report.epoch == 0 {
        #expect(abs(report.pace.secondsLeft - training) <= 1e-9 * training)
      } else {
        // What the validation took is known now.
        #expect(report.pace.secondsLeft > training)
      }
    }
  }

  private static func lines(isTerminal: Bool) throws -> [String] {
    var lines: [String] = []
    let line = ProgressLine(isTerminal: isTerminal, interval: .seconds(-1)) { lines.append($0) }
    try Trainer(task: SmallTask.task(), callbacks: [line], pool: pool()).run()
    return lines
  }

  @Test func withoutATerminalEveryEpochHasALine() throws {
    let lines = try Self.lines(isTerminal: false)
    try #require(lines.count == 4)
    for (index, line) in lines.prefix(3).enumerated() {
      #expect(line.hasPrefix("epoch \(index + 1)/3  loss "))
      #expect(line.contains("  validation loss "))
      #expect(line.contains("  rate "))
      #expect(line.hasSuffix(index < 2 ? " left\n" : " pictures/s\n"), "\(line)")
      #expect(line.contains(" pictures/s"))
    }
    #expect(lines[3] == "finished\n")
  }

  @Test func onATerminalALineIsWrittenOver() throws {
    let lines = try Self.lines(isTerminal: true)
    // Seven batches and the end, three times.
    try #require(lines.count == 3 * 8 + 1)
    #expect(lines[0].hasPrefix("\repoch 1/3  batch 1/7  loss "))
    #expect(lines[0].hasSuffix(" left \u{1B}[K"))
    #expect(lines[7].hasPrefix("\repoch 1/3  loss "))
    #expect(lines[7].hasSuffix(" left\u{1B}[K\n"))
    #expect(lines[24] == "finished\n")
  }

  @Test func saysWhyARunEnded() throws {
    var text = ""
    let line = ProgressLine(isTerminal: false) { text += $0 }
    let trainer = try Trainer(task: SmallTask.task(), pool: Self.pool())
    line.receive(.runEnded(.stoppedEarly("no better figure")), from: trainer)
    line.receive(.runEnded(.interrupted), from: trainer)
    #expect(text == "stopped early: no better figure\ninterrupted; the checkpoint holds all\n")
  }

  @Test func durationsAreShort() {
    let seconds = [0.9, 59.9, 60, 3599, 3660, Double.infinity, Double.nan]
    let texts = ["0 s", "59 s", "1 min", "59 min", "1 h 1 min", "?", "?"]
    #expect(seconds.map { ProgressLine.duration($0) } == texts)
  }
}
