import ArgumentParser
import Foundation
import NeuralNetwork
import Tensors

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures the network on this machine.",
    discussion: """
      For each batch: milliseconds a face (median over rounds), the direct convolution's multiply-adds per second that \
      this is worth, and the distance to the floor: the larger of the transformed multiplications over the measured \
      rate of the matrix product, and the bytes of weights over the measured memory bandwidth.
      """)

  @Option(help: ArgumentHelp("Batches that are measured.", valueName: "numbers"))
  var batches = "1,2,4,8,16"

  @Option(help: ArgumentHelp("Rounds; all batches take turns in each.", valueName: "number"))
  var rounds = 15

  @Flag(help: "Measure every layer, too.")
  var layers = false

  @Option(
    help: ArgumentHelp("Write the figures to a file as JSON; - for standard output.", valueName: "file"))
  var json: String?

  @Flag(
    help: ArgumentHelp(
      "Answer requests on standard input, each line a number of faces, with seconds and logits as JSON: for "
        + "comparisons that take turns."))
  var requests = false

  @Flag(
    help: ArgumentHelp(
      "Measure every way of computing every layer and print the table of the fastest as Swift source: "
        + "Sources/NeuralNetwork/Convolution/ConvolutionTable.swift. The figures go to standard error."))
  var tune = false

  @OptionGroup var options: ConfigurationOptions

  func validate() throws {
    guard batchSizes.count == batches.split(separator: ",").count, !batchSizes.isEmpty else {
      throw ValidationError("--batches: numbers from 1 to 256 are expected, for example 1,4,8")
    }
    guard (1...10_000).contains(rounds) else { throw ValidationError("--rounds: 1 to 10000") }
  }

  private var batchSizes: [Int] {
    batches.split(separator: ",").compactMap { Int($0) }.filter { (1...256).contains($0) }
  }

  func run() async throws {
    try await runCommand { () throws(CommandFailure) in
      let configuration = try options.load().configuration
      let path =
        configuration.model.isEmpty ? ResourceFiles.path(of: ResourceFiles.modelName) : configuration.model
      let pool = WorkerPool(workerCount: configuration.workers == 0 ? nil : configuration.workers)
      if tune {
        let tuning = ConvolutionTuning(batchSizes: batchSizes, rounds: rounds, pool: pool)
        print(tuning.tableSource { Diagnostics.report($0) }, terminator: "")
        return .done
      }
      let benchmark: NetworkBenchmark
      do throws(WeightFileError) {
        benchmark = try NetworkBenchmark(
          weights: Safetensors(path: path), batchSizes: batchSizes, pool: pool)
      } catch {
        throw CommandFailure(model: path, error)
      }
      if requests {
        answerRequests(benchmark)
        return .done
      }
      try write(benchmark.run(rounds: rounds, measuresLayers: layers))
      return .done
    }
  }

  /// Until standard input ends. The pictures are those of the golden tests.
  private func answerRequests(_ benchmark: NetworkBenchmark) {
    while let line = readLine() {
      guard let faces = Int(line), let answer = benchmark.answer(faces: faces) else {
        Diagnostics.report("bench: \(line): a number of faces up to the largest of --batches is expected")
        continue
      }
      print("{\"seconds\":\(answer.seconds),\"logits\":\(answer.logits)}")
      fflush(nil)
    }
  }

  private func write(_ report: NetworkBenchmark.Report) throws(CommandFailure) {
    if json != "-" { print(report.text) }
    guard let json else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      let data = try encoder.encode(report)
      if json == "-" {
        print(String(decoding: data, as: UTF8.self))
      } else {
        try data.write(to: URL(filePath: json), options: .atomic)
      }
    } catch {
      throw CommandFailure(status: .inputOutput, message: "--json \(json): \(error.localizedDescription)")
    }
  }
}
