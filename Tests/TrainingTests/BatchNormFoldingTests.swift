import NeuralNetwork
import Tensors
import Testing
import WeightExchange

@testable import Training

/// Networks of VGG19's size are slow to build without optimisation; there is one test of each kind.
@Suite struct BatchNormFoldingTests {
  @Test func theDaemonsNetworkGivesWhatTheTrainedOneGives() throws {
    let store = ParameterStore(seed: 3)
    let pool = WorkerPool(workerCount: 2)
    let layers = VGG19.layers(form: VGG19.TrainingForm(), classCount: 7, store: store)
    var random = SeededGenerator(seed: 5)
    for statistic in layers.flatMap(\.statistics) {
      let isVariance = statistic.name.hasSuffix("running_var")
      statistic.setRowMajor(
        (0..<statistic.count).map { _ in isVariance ? 0.5 + random.nextUnit() : 0.3 * random.nextNormal() })
    }
    for parameter in layers.flatMap(\.parameters) where parameter.name.contains("_norm") {
      let middle: Float = parameter.name.hasSuffix("weight") ? 1 : 0
      parameter.setRowMajor((0..<parameter.count).map { _ in middle + 0.2 * random.nextNormal() })
    }
    let tensors = BatchNormFolding.daemonTensors(of: store, isBatchNormalized: true)
    #expect(tensors.count == 34)
    #expect(tensors[0].shape == [64, 3, 3, 3])
    let file = try Safetensors(bytes: SafetensorsWriter().bytes(tensors))
    let daemon = try VGG19(file: file, classCount: 7, maximumBatch: 2, pool: pool)
    let trained = SequentialNetwork(layers: layers, maximumImages: 2, isTrained: false, pool: pool)
    let pictures = NetworkBenchmark.pictures(2)
    let expected = Array(trained.forward(pictures, images: 2, isTraining: false))
    let logits = daemon.logits(for: pictures, count: 2)
    let scale = expected.map(abs).max() ?? 1
    for (ours, theirs) in zip(logits, expected) { #expect(abs(ours - theirs) < 1e-4 * scale) }
    #expect(Set(expected.map { ($0 * 1000).rounded() }).count > 7)
  }
}
