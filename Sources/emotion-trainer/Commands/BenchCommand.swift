import ArgumentParser
import Foundation
import NeuralNetwork
import Tensors
import Training

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures a training step of VGG19 with batch norm on this machine.")

  @Option(help: "Pictures of a step.")
  var batchSize = 64

  @Option(help: "Steps; the median counts.")
  var steps = 10

  @Option(help: "Parameters to begin with, safetensors.")
  var weights: String?

  @Flag(help: "Do a step for each line on standard input and answer with its seconds and loss as JSON.")
  var requests = false

  @Option(help: "Processors to use, instead of all.")
  var workers: Int?

  func validate() throws {
    guard (1...1024).contains(batchSize) else { throw ValidationError("--batch-size must be 1...1024") }
    guard steps > 0 else { throw ValidationError("--steps must be at least 1") }
    if let workers, workers < 1 { throw ValidationError("--workers must be at least 1") }
  }

  func run() throws {
    let file = try weights.map { try TrainedModel.read($0) }
    let benchmark = try TrainingBenchmark(
      batchSize: batchSize, weights: file, pool: WorkerPool(workerCount: workers))
    if requests {
      while readLine() != nil {
        let (seconds, loss) = benchmark.step()
        print("{\"seconds\":\(seconds),\"loss\":\(loss)}")
        fflush(nil)
      }
      return
    }
    // The first step touches all memory for the first time and is not counted.
    _ = benchmark.step()
    let times = (0..<steps).map { _ in benchmark.step().seconds }.sorted()
    let median = times[times.count / 2]
    print(
      String(
        format: "%d pictures: %.0f ms a step, %.1f pictures a second", batchSize, median * 1000,
        Double(batchSize) / median))
  }
}
