import ArgumentParser
import Datasets
import Dispatch
import Foundation
import NeuralNetwork
import Tensors
import Training
import WeightExchange

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a network; goes on where it was cut off.")

  @OptionGroup var dataOptions: DataOptions

  @Option(help: "Which experiment: mlp, cnn, transfer, vgg19, each also with -corrected, or vgg19-best.")
  var experiment = "vgg19-best"

  @Option(help: "Folder for checkpoint, weights, history and logs.")
  var output: String

  @Option(help: "Weights to start from: Keras's HDF5 (.h5, .hdf5) or safetensors.")
  var pretrained: String?

  @Option(help: "What every random number follows from.")
  var seed: UInt64 = 1

  @Option(help: "Passes over the training pictures, instead of the experiment's.")
  var epochs: Int?

  @Option(help: "Pictures of a step, instead of the experiment's.")
  var batchSize: Int?

  @Option(help: "The highest learning rate, instead of the experiment's.")
  var learningRate: Float?

  @Option(help: "Mixes pairs of pictures by Beta(alpha, alpha); 0 for not.")
  var mixup: Double?

  @Option(help: "Input sizes, as 0:32,12:40,20:48: 32x32 from epoch 0, ...")
  var sizes: String?

  @Option(help: "Processors to use, instead of all.")
  var workers: Int?

  func run() throws {
    guard var chosen = NetworkExperiment.all(seed: seed).first(where: { $0.name == experiment }) else {
      throw ValidationError(
        "no experiment \(experiment); there are "
          + NetworkExperiment.all(seed: seed).map(\.name).joined(separator: ", "))
    }
    try override(&chosen)
    let pictures = try dataOptions.read()
    let tensors = try pretrained.map { try StartingWeights.read($0) } ?? []
    let run = try ExperimentRun(
      experiment: chosen, pictures: pictures, pretrained: tensors, folder: output,
      pool: WorkerPool(workerCount: workers))
    let stop = Trainer.StopRequest()
    let signals = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { stop.stop() }
      source.resume()
      return source
    }
    defer { signals.forEach { $0.cancel() } }
    let trainer = try run.trainer(
      stopRequest: stop,
      callbacks: [ProgressLine(), TensorBoardLog(folder: "\(output)/tensorboard")])
    try trainer.run()
  }

  private func override(_ chosen: inout NetworkExperiment) throws {
    if let epochs { chosen.settings.epochs = epochs }
    if let batchSize { chosen.settings.batchSize = batchSize }
    if let mixup { chosen.settings.mixup = mixup > 0 ? Mixup(alpha: mixup) : nil }
    if let learningRate {
      switch chosen.settings.schedule {
      case .constant: chosen.settings.schedule = .constant(learningRate)
      case .cosine(_, let warmUp, let floor):
        chosen.settings.schedule = .cosine(peak: learningRate, warmUpEpochs: warmUp, floor: floor)
      }
    }
    guard let sizes else { return }
    chosen.settings.stages = try sizes.split(separator: ",").map { part in
      let numbers = part.split(separator: ":").compactMap { Int($0) }
      guard numbers.count == 2, (16...48).contains(numbers[1]), numbers[0] >= 0 else {
        throw ValidationError("--sizes \(sizes): \(part) is not EPOCH:SIDE with a side of 16 to 48")
      }
      return TrainingSettings.Stage(firstEpoch: numbers[0], side: numbers[1])
    }
    guard chosen.settings.stages.first?.firstEpoch == 0 else {
      throw ValidationError("--sizes \(sizes): the first size begins with epoch 0")
    }
  }

  func validate() throws {
    if let epochs, epochs < 1 { throw ValidationError("--epochs must be at least 1") }
    if let batchSize, !(1...4096).contains(batchSize) {
      throw ValidationError("--batch-size must be 1...4096")
    }
    if let workers, workers < 1 { throw ValidationError("--workers must be at least 1") }
  }
}
