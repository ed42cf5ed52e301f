import Datasets
import Faces
import Foundation
import NeuralNetwork
import Tensors
import Testing
import WeightExchange

@testable import Training

/// Moments of norms that are measured when a run has ended.
@Suite struct NormMomentsTests {
  /// One thread uses a pool at a time, and tests run beside each other.
  private static var newPool: WorkerPool { WorkerPool(workerCount: 2) }

  /// The first norm's are those of its input over all pictures, though the batches are of different sizes, and whatever
  /// stood there before.
  @Test func areThoseOfThePictures() throws {
    let pool = Self.newPool
    let task = SmallTask.task()
    let layers = task.layers(48)
    let place = try #require(layers.firstIndex { $0 is BatchNormalizationLayer })
    let norm = try #require(layers[place] as? BatchNormalizationLayer)
    for channel in 0..<norm.runningMean.count {
      (norm.runningMean.values.base[channel], norm.runningVariance.values.base[channel]) = (1e6, 1e6)
    }
    let input = try PlainInput()
    let places = task.split.train
    #expect(places.count > NormMoments.batchSize)
    var told: [Int] = []
    NormMoments.measure(layers, places: places, data: task.data, input: input, pool: pool) {
      told.append($0)
    }
    #expect(told == [64, 70])

    let below = SequentialNetwork(
      layers: Array(layers[..<place]), maximumImages: places.count, isTrained: false, pool: pool)
    let pictures = FloatStorage(zeros: places.count * input.count)
    for (row, place) in places.enumerated() {
      task.data.pictures.withPicture(at: place) {
        input.write($0, seed: 0, epoch: 0, index: place, into: pictures.base + row * input.count)
      }
    }
    let values = below.forward(pictures.base, images: places.count, isTraining: false)
    let channels = norm.runningMean.count
    for channel in 0..<channels {
      let column = places.indices.map { Double(values[$0 * channels + channel]) }
      func moments(_ part: ArraySlice<Double>) -> (mean: Double, variance: Double) {
        let mean = part.reduce(0, +) / Double(part.count)
        return (mean, part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(part.count))
      }
      let (whole, first, second) = (moments(column[...]), moments(column[..<64]), moments(column[64...]))
      let variance = (first.variance * 64 + second.variance * 6) / 70
      #expect(abs(Double(norm.runningMean.values.base[channel]) - whole.mean) < 1e-4)
      #expect(abs(Double(norm.runningVariance.values.base[channel]) - variance) < 1e-4 * (1 + variance))
    }
  }

  /// What a frozen norm computes is another network's, which the layers behind it have learned from.
  @Test func thoseOfFrozenNormsStay() throws {
    let pool = Self.newPool
    let task = SmallTask.task()
    let layers = task.layers(48)
    let norm = try #require(layers.compactMap { $0 as? BatchNormalizationLayer }.first)
    for parameter in norm.parameters { parameter.isTrained = false }
    let before = norm.statistics.map(\.rowMajorValues)
    let (input, places) = (try PlainInput(), task.split.train)
    NormMoments.measure(layers, places: places, data: task.data, input: input, pool: pool) { _ in }
    #expect(norm.statistics.map(\.rowMajorValues) == before)
    for parameter in norm.parameters { parameter.isTrained = true }
    NormMoments.measure(layers, places: places, data: task.data, input: input, pool: pool) { _ in }
    #expect(norm.statistics.map(\.rowMajorValues) != before)
  }

  /// Only the moments of what a run writes differ, and a run that is asked again writes the same.
  @Test func onlyTheMomentsDiffer() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "norms-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let pool = Self.newPool
    func tensors(_ pictures: Int?, _ name: String) throws -> [NamedTensor] {
      var experiment = NetworkExperiment.deepMLP(seed: 1)
      experiment.network = .deepPerceptron(hidden: [32], dropout: 0.1)
      experiment.evaluation = .leakFree
      experiment.settings.epochs = 1
      experiment.settings.average = WeightAverage.Settings(decay: 0.9, interval: 1)
      experiment.watch.restoresBest = false
      experiment.momentPictures = pictures
      let run = try ExperimentRun(
        experiment: experiment, pictures: Self.pictures, folder: "\(folder)/\(name)", pool: pool)
      let trainer = try run.trainer()
      try trainer.run()
      let path = "\(folder)/\(name)/model.safetensors"
      _ = try run.predictions(of: trainer, writingTo: path, parts: [.validation])
      let first = try Data(contentsOf: URL(filePath: path))
      _ = try run.predictions(of: trainer, writingTo: path, parts: [.validation])
      #expect(try Data(contentsOf: URL(filePath: path)) == first)
      return try Safetensors(path: path).namedTensors()
    }
    let (gathered, measured) = (try tensors(nil, "gathered"), try tensors(40, "measured"))
    #expect(gathered.map(\.name) == measured.map(\.name))
    let differing = zip(gathered, measured).filter { $0.values.array != $1.values.array }.map(\.0.name)
    #expect(Set(differing) == ["norm1.running_mean", "norm1.running_var"])
  }

  private static var pictures: FacePictures {
    let data = SmallTask.data(count: 96)
    let usage: [Usage] = (0..<96).map { $0 < 70 ? .training : $0 < 83 ? .publicTest : .privateTest }
    return FacePictures(
      pixels: data.pictures.pixels, labels: data.pictures.labels, usage: usage, sourceRows: Array(1...96))
  }
}
