import ArgumentParser
import Foundation
import ProgramVersion

@main
struct EmotionTrainer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emotion-trainer",
    abstract: "Trains and measures the network that emotiond runs, and the experiments that led to it.",
    discussion: """
      From the data to a network of the daemon's:

        emotion-trainer explore --data fer2013.csv --output look
        emotion-trainer train --experiment svm --data fer2013.csv --output runs/svm
        emotion-trainer train --experiment all --data fer2013.csv --pretrained vgg19_notop.h5 --output runs
        emotion-trainer report runs/svm runs/mlp --output comparison
        emotion-trainer export runs/vgg19-best/model.safetensors vgg19.safetensors
        emotion-trainer evaluate --model vgg19.safetensors --data fer2013.csv

      Exit codes: 0 done, 64 usage, 65 bad data, 66 no such input, 69 computation failed, 74 input or output \
      failed, 75 stopped on request, or the folder is in use: give the same command again, without --fresh.
      """,
    version: ProgramVersion.text,
    subcommands: [
      ExploreCommand.self, PrepareCommand.self, TrainCommand.self, EvaluateCommand.self, ReportCommand.self,
      ExportCommand.self, BenchCommand.self,
    ])

  static func main() {
    // A file that grows over the user's limit shall be an error with words, not a signal.
    signal(SIGXFSZ, SIG_IGN)
    // Nor shall a reader of the output that goes away end hours of work: what it does not take is lost.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      do { try command.run() } catch {
        guard let failure = CommandFailure(error) else { exit(withError: error) }
        failure.end()
      }
    } catch {
      exit(withError: error)
    }
  }
}
