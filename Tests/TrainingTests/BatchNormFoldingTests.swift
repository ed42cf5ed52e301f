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
    let layers = Self.layersWithStatistics(store)
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

  @Test func aFoldedNetworkIsTrainedFurtherFromWhatItComputes() throws {
    let pool = WorkerPool(workerCount: 2)
    let folded = ParameterStore(seed: 3)
    let original = Self.layersWithStatistics(folded)
    let tensors = BatchNormFolding.daemonTensors(of: folded, isBatchNormalized: true)
    let store = ParameterStore(seed: 9)
    let layers = VGG19.layers(form: VGG19.TrainingForm(), classCount: 7, store: store)
    try PretrainedWeights.load(tensors, into: store, takesOutput: true)
    let pictures = NetworkBenchmark.pictures(4)
    let network = SequentialNetwork(layers: layers, maximumImages: 4, pool: pool)
    try BatchNormInsertion.setNorms(of: network, from: tensors, inputs: pictures, images: 4, pool: pool)

    let reference = SequentialNetwork(layers: original, maximumImages: 4, isTrained: false, pool: pool)
    let expected = Array(reference.forward(pictures, images: 4, isTraining: false))
    let scale = expected.map(abs).max() ?? 1
    #expect(Set(expected.map { ($0 * 1000).rounded() }).count > 14)
    // In training the batch's own moments normalise, which are those that the norms were set up by.
    for isTraining in [false, true] {
      let logits = Array(network.forward(pictures, images: 4, isTraining: isTraining))
      for (ours, theirs) in zip(logits, expected) { #expect(abs(ours - theirs) < 1e-3 * scale) }
    }
  }

  @Test func weightsOfAnotherNetworkAreRefused() throws {
    let store = ParameterStore(seed: 3)
    _ = VGG19.features(form: VGG19.TrainingForm(side: 16, isBatchNormalized: false), store: store)
    let all = store.parameters.map { NamedTensor(name: $0.name, shape: $0.shape, values: $0.rowMajorValues) }
    try PretrainedWeights.checkConvolutions(all, of: store)
    // VGG16 has the same names, and three convolutions fewer.
    let fewer = all.filter { !$0.name.contains("_conv4") }
    #expect(throws: ExperimentError.missing(tensor: "block3_conv4.weight")) {
      try PretrainedWeights.checkConvolutions(fewer, of: store)
    }
  }

  @Test func aFoldedNetworkWithoutABiasIsRefused() {
    let pool = WorkerPool(workerCount: 1)
    let store = ParameterStore(seed: 3)
    let layers = VGG19.layers(form: VGG19.TrainingForm(side: 16), classCount: 7, store: store)
    let tensors = BatchNormFolding.daemonTensors(of: store, isBatchNormalized: true)
      .filter { $0.name != "block2_conv1.bias" }
    let network = SequentialNetwork(layers: layers, maximumImages: 2, isTrained: false, pool: pool)
    let inputs = [Float](repeating: 0.5, count: 2 * 16 * 16)
    #expect(throws: ExperimentError.missing(tensor: "block2_conv1.bias")) {
      try BatchNormInsertion.setNorms(of: network, from: tensors, inputs: inputs, images: 2, pool: pool)
    }
  }

  /// Behind frozen convolutions of a file without norms, a norm adds the file's bias, in training too.
  @Test func frozenNormsBecomeTheBiasesOfTheFile() throws {
    let pool = WorkerPool(workerCount: 2)
    let shape = ActivationShape(height: 6, width: 6, channels: 1)
    func convolution(hasBias: Bool, _ store: ParameterStore) -> WindowConvolutionLayer {
      WindowConvolutionLayer(
        name: "block1_conv1", inputShape: shape, outputChannels: 32, windowHeight: 3, windowWidth: 3,
        padding: 1, hasBias: hasBias, rectifies: hasBias, store: store)
    }
    let (store, plainStore) = (ParameterStore(seed: 3), ParameterStore(seed: 3))
    let (layer, plain) = (convolution(hasBias: false, store), convolution(hasBias: true, plainStore))
    let norms = ["block1_norm1", "block1_norm2"].map {
      BatchNormalizationLayer(name: $0, inputShape: layer.outputShape, rectifies: true, store: store)
    }
    for parameter in layer.parameters + norms[0].parameters { parameter.isTrained = false }
    let bias = (0..<32).map { Float($0) / 16 - 1 }
    let inputs = (0..<2 * shape.count).map { Float($0 * 7 % 13) / 13 }
    try BatchNormInsertion.setNorms(
      of: SequentialNetwork(layers: [layer, norms[0], norms[1]], maximumImages: 2, pool: pool),
      from: [NamedTensor(name: "block1_conv1.bias", shape: [32], values: bias)], inputs: inputs, images: 2,
      onlyFrozen: true, pool: pool)
    #expect(norms[1].scale.rowMajorValues.allSatisfy { $0 == 1 })

    try #require(plainStore["block1_conv1.bias"]).setRowMajor(bias)
    let reference = SequentialNetwork(layers: [plain], maximumImages: 2, isTrained: false, pool: pool)
    let expected = Array(reference.forward(inputs, images: 2, isTraining: false))
    let network = SequentialNetwork(layers: [layer, norms[0]], maximumImages: 2, pool: pool)
    let frozen = Array(network.forward(inputs, images: 2, isTraining: true))
    #expect(expected.contains { $0 > 0 })
    for (ours, theirs) in zip(frozen, expected) { #expect(abs(ours - theirs) < 1e-4) }
  }

  /// VGG19 whose norms are not what they begin as.
  private static func layersWithStatistics(_ store: ParameterStore) -> [any Layer] {
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
    return layers
  }
}
