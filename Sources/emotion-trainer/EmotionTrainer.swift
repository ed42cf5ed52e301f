import ArgumentParser

@main
struct EmotionTrainer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emotion-trainer",
    abstract: "Trains and measures the network that emotiond runs, and the experiments that led to it.",
    subcommands: [TrainCommand.self, ExportCommand.self, BenchCommand.self])
}
