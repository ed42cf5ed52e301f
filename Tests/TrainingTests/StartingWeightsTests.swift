import Foundation
import NeuralNetwork
import Tensors
import Testing

@testable import Training
@testable import WeightExchange

/// What VGG19's convolutions begin with, and which of them are trained. Without optimisation the first values of a
/// network of its size take seconds to draw, so kinds of networks share them where they can.
@Suite struct StartingWeightsTests {
  private static let output = ["output_layer.weight", "output_layer.bias"]

  /// The names of what is trained.
  private static func trained(_ kind: NetworkKind, _ store: ParameterStore) -> [String] {
    let parameters = kind.layers(side: 48, classCount: 7, store: store).flatMap(\.parameters)
    // For the next kind.
    defer { for parameter in parameters { parameter.isTrained = true } }
    return parameters.filter(\.isTrained).map(\.name)
  }

  @Test func theLastConvolutionsAreTrained() {
    let store = ParameterStore(seed: 1)
    for count in [1, 4] {
      let last = (5 - count...4).flatMap { ["block5_conv\($0).weight", "block5_conv\($0).bias"] }
      let vgg19 = NetworkKind.vgg19(isBatchNormalized: false, dropout: 0.3, trainedConvolutions: count)
      #expect(Self.trained(vgg19, store) == last + Self.output)
      let transfer = NetworkKind.transfer(hidden: [512], trainedConvolutions: count)
      #expect(Self.trained(transfer, store) == last + ["dense1.weight", "dense1.bias"] + Self.output)
      let corrected = NetworkKind.transfer(
        hidden: [512], normalizesFeatures: true, trainedConvolutions: count)
      let added = ["features_norm.weight", "features_norm.bias", "dense1.weight", "dense1.bias"]
      #expect(Self.trained(corrected, store) == last + added + Self.output)
    }
    let all = Self.trained(.vgg19(isBatchNormalized: false, dropout: 0), store)
    #expect(all.count == 2 * VGG19.convolutionCount + 2)
  }

  @Test func theLastNormsAreTrained() {
    let store = ParameterStore(seed: 1)
    for count in [1, 4] {
      let last = (5 - count...4).flatMap {
        ["block5_conv\($0).weight", "block5_norm\($0).weight", "block5_norm\($0).bias"]
      }
      let kind = NetworkKind.vgg19(isBatchNormalized: true, dropout: 0.3, trainedConvolutions: count)
      #expect(Self.trained(kind, store) == last + Self.output)
    }
  }

  /// VGG19's convolutions as they are read from Keras's file of ImageNet's weights: its names, its shapes, and numbers
  /// of the size that keeps activations alive.
  private static func kerasTensors() -> [NamedTensor] {
    // A prime: the filters begin at different places.
    let period = 4099
    var random = SeededGenerator(seed: 2)
    let numbers = (0..<period).map { _ in random.nextNormal() }
    var tensors: [NamedTensor] = []
    func add(_ weight: String, of layer: String, shape: [Int], deviation: Float) {
      let first = 131 * tensors.count
      let repeated = (0..<period).map { deviation * numbers[(first + $0) % period] }
      let values = FloatStorage(zeros: shape.reduce(1, *))
      for start in stride(from: 0, to: values.count, by: period) {
        (values.base + start).update(from: repeated, count: min(period, values.count - start))
      }
      let name = KerasWeightName(layer: layer, weight: "\(layer)_\(weight)_1:0").text
      tensors.append(NamedTensor(name: name, shape: shape, values: values))
    }
    var inputs = 3
    for (blockIndex, block) in VGG19.blocks.enumerated() {
      for index in 1...block.convolutions {
        let layer = "block\(blockIndex + 1)_conv\(index)"
        let deviation = (2 / Float(9 * inputs)).squareRoot()
        add("W", of: layer, shape: [block.channels, inputs, 3, 3], deviation: deviation)
        add("b", of: layer, shape: [block.channels], deviation: 0.1)
        inputs = block.channels
      }
    }
    return tensors
  }

  /// The names of what a network does not have as the file has it.
  private static func differing(_ tensors: some Sequence<NamedTensor>, _ store: ParameterStore) -> [String] {
    tensors.filter { store[$0.name]?.rowMajorValues != $0.values.array }.map(\.name)
  }

  /// The convolutions that are trained begin with the file's weights, the others end with them.
  @Test func kerasWeightsBeginATransferAndStayWhereItIsFrozen() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "start-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var experiment = NetworkExperiment.transfer(seed: 1)
    experiment.network = .transfer(hidden: [512, 384, 96, 32], trainedConvolutions: 1)
    // All four pictures are Training's: a step, and nothing to validate with.
    experiment.evaluation = .official
    experiment.trainingInput = .plain
    (experiment.settings.epochs, experiment.settings.batchSize) = (1, 4)
    let tensors = Self.kerasTensors()
    #expect(tensors.count == 2 * VGG19.convolutionCount)
    try PretrainedWeights.check(tensors, for: experiment)
    let wrong = NamedTensor(name: "block2_conv1.bias", shape: [1], values: [0])
    let others = tensors.filter { $0.name != wrong.name } + [wrong]
    #expect(throws: ExperimentError.wrongShape(tensor: wrong.name, expected: [128], found: [1])) {
      try PretrainedWeights.check(others, for: experiment)
    }
    let pool = WorkerPool(workerCount: 2)
    let run = try ExperimentRun(
      experiment: experiment, pictures: SmallTask.data(count: 4).pictures, start: .pretrained(tensors),
      folder: folder, pool: pool)
    #expect(Self.differing(tensors.suffix(2), run.store).isEmpty)

    let dense = try #require(run.store["dense1.weight"])
    let before = dense.rowMajorValues
    let trainer = try Trainer(task: run.task, pool: pool)
    #expect(try trainer.run() == .finished)
    #expect(Self.differing(tensors, run.store) == ["block5_conv4.weight", "block5_conv4.bias"])
    let isChanged = dense.rowMajorValues != before
    #expect(isChanged)
  }

  /// The description of a run that knew no norm in front of the dense layers is that of the notebook's network.
  @Test func anOlderTransferIsTheNotebooks() throws {
    let text = #"{"transfer":{"hidden":[512,384,96,32],"trainedConvolutions":0}}"#
    let notebook = NetworkExperiment.transfer(seed: 1).network
    #expect(try JSONDecoder().decode(NetworkKind.self, from: Data(text.utf8)) == notebook)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(notebook), as: UTF8.self) == text)
    #expect(NetworkExperiment.correctedTransfer(seed: 1).network != notebook)
  }
}
