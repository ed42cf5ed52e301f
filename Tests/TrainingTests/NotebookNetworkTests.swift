import NeuralNetwork
import Testing

@testable import Training

/// Networks as the notebook has them, and what the corrected ones have otherwise.
@Suite struct NotebookNetworkTests {
  private static func layers(_ experiment: NetworkExperiment) -> [any Layer] {
    experiment.network.layers(side: 48, classCount: 7, store: ParameterStore(seed: 1))
  }

  @Test func theMLPDropsBehindItsFirstTwoLayers() {
    for experiment in [NetworkExperiment.mlp(seed: 1), .correctedMLP(seed: 1)] {
      let layers = Self.layers(experiment)
      #expect(layers.prefix(5).map(\.name) == ["dense1", "dropout1", "dense2", "dropout2", "dense3"])
      let dropouts = layers.compactMap { $0 as? DropoutLayer }
      #expect(dropouts.map(\.outputShape.count) == [512, 256])
    }
  }

  /// Keras's uniform numbers have a bound, of which He's normal ones know nothing.
  @Test func theCorrectedMLPBeginsByHesRule() throws {
    func largest(_ experiment: NetworkExperiment) throws -> Float {
      let dense = try #require(Self.layers(experiment)[0] as? DenseLayer)
      return dense.weights.rowMajorValues.map(abs).max() ?? 0
    }
    let bound = (Float(6) / (2304 + 512)).squareRoot()
    #expect(try largest(.mlp(seed: 1)) <= bound)
    #expect(try largest(.correctedMLP(seed: 1)) > 2 * bound)
  }

  @Test func theCNNsNormGathersTheVarianceThatKerasDoes() {
    for experiment in [NetworkExperiment.cnn(seed: 1), .correctedCNN(seed: 1)] {
      let norms = Self.layers(experiment).compactMap { $0 as? BatchNormalizationLayer }
      #expect(norms.map(\.varianceEstimate) == [.biased])
    }
  }

  /// Behind frozen convolutions a norm that is trained, and only where the notebook is corrected.
  @Test func theCorrectedTransferNormalizesItsFeatures() throws {
    func norms(_ experiment: NetworkExperiment) -> [BatchNormalizationLayer] {
      Self.layers(experiment).compactMap { $0 as? BatchNormalizationLayer }
    }
    #expect(norms(.transfer(seed: 1)).isEmpty)
    let layers = Self.layers(.correctedTransfer(seed: 1))
    let place = try #require(layers.firstIndex { $0 is BatchNormalizationLayer })
    #expect(layers[place - 1].name == "average_pool" && layers[place + 1].name == "dense1")
    #expect(norms(.correctedTransfer(seed: 1)).map(\.isFrozen) == [false])
    let convolutions = layers.prefix(place).flatMap(\.parameters)
    #expect(convolutions.count == 32 && convolutions.allSatisfy { !$0.isTrained })
  }

  @Test func frozenConvolutionsNeedWeights() {
    let frozen = NetworkExperiment.all(seed: 1).filter(\.network.freezesConvolutions).map(\.name)
    #expect(frozen == ["transfer", "transfer-corrected"])
    let last = NetworkKind.vgg19(isBatchNormalized: true, dropout: 0, trainedConvolutions: 4)
    #expect(last.freezesConvolutions)
    #expect(!NetworkKind.transfer(hidden: [], trainedConvolutions: 16).freezesConvolutions)
    let pretrained = NetworkExperiment.all(seed: 1).filter(\.network.beginsPretrainedInNotebook)
      .map(\.name)
    #expect(pretrained == ["transfer", "transfer-corrected", "vgg19", "vgg19-corrected"])
  }
}
