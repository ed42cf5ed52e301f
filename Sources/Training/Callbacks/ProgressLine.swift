import Foundation

/// Says on standard error how training goes: a line that is written over on a terminal, a line an epoch elsewhere.
public final class ProgressLine: TrainingCallback {
  /// In checkpoints.
  public let name = "progress_line"
  private let isTerminal: Bool
  private let interval: Duration
  private let write: (String) -> Void
  private var lastWritten = ContinuousClock.now

  /// A line that begins empty.
  public convenience init() {
    self.init(isTerminal: isatty(STDERR_FILENO) == 1) { text in
      // What is not taken, on a full disk or after a reader has gone, is lost; `FileHandle.write(_:)` would end the
      // run.
      try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
  }

  /// - Parameters:
  ///   - isTerminal: Whether lines can be written over.
  ///   - interval: Time between two states of a line, at least.
  ///   - write: Takes what is said.
  init(isTerminal: Bool, interval: Duration = .milliseconds(200), write: @escaping (String) -> Void) {
    (self.isTerminal, self.interval, self.write) = (isTerminal, interval, write)
  }

  /// Writes.
  public func receive(_ event: TrainingEvent, from trainer: Trainer) {
    let epochs = trainer.task.settings.epochs
    switch event {
    case .batchEnded(let report):
      guard isTerminal, ContinuousClock.now - lastWritten > interval else { return }
      lastWritten = .now
      write(
        String(
          format:
            "\repoch %d/%d  batch %d/%d  loss %.4f  accuracy %.1f %%  %.0f pictures/s  %@ left \u{1B}[K",
          report.epoch + 1, epochs, report.batch + 1, report.batchCount, report.loss, 100 * report.accuracy,
          report.pace.picturesPerSecond, Self.duration(report.pace.secondsLeft)))
    case .epochEnded(let epoch):
      var line = String(
        format: "epoch %d/%d  loss %.4f  accuracy %.2f %%", epoch.epoch, epochs, epoch.trainLoss ?? 0,
        100 * (epoch.trainAccuracy ?? 0))
      if let loss = epoch.validationLoss, let accuracy = epoch.validationAccuracy {
        line += String(format: "  validation loss %.4f  accuracy %.2f %%", loss, 100 * accuracy)
      }
      line += String(format: "  rate %.2g  %@", epoch.learningRate ?? 0, Self.duration(epoch.seconds ?? 0))
      if let pace = trainer.pace {
        line += String(format: "  %.0f pictures/s", pace.picturesPerSecond)
        if epoch.epoch < epochs, trainer.earlyStop == nil {
          line += "  \(Self.duration(pace.secondsLeft)) left"
        }
      }
      write((isTerminal ? "\r" : "") + line + (isTerminal ? "\u{1B}[K\n" : "\n"))
    case .runEnded(let end):
      switch end {
      case .finished: write("finished\n")
      case .stoppedEarly(let reason): write("stopped early: \(reason)\n")
      case .interrupted: write((isTerminal ? "\n" : "") + "interrupted; the checkpoint holds all\n")
      }
    default: return
    }
  }

  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e7 else { return "?" }
    let minutes = Int(seconds / 60)
    return minutes >= 60
      ? "\(minutes / 60) h \(minutes % 60) min" : minutes > 0 ? "\(minutes) min" : "\(Int(seconds)) s"
  }
}
