import NeuralNetwork

extension NetworkKind {
  static func transfer(
    hidden: [Int], normalizesFeatures: Bool, trainedConvolutions: Int, side: Int, classCount: Int,
    store: ParameterStore
  ) -> [any Layer] {
    var stack = LayerStack(
      VGG19.features(form: VGG19.TrainingForm(side: side, isBatchNormalized: false), store: store))
    freeze(stack.layers, allBut: trainedConvolutions)
    stack.append { PoolingLayer(name: "average_pool", inputShape: $0, kind: .average) }
    // A few features are a hundred times the others: unequal steps kill most units within an epoch.
    if normalizesFeatures {
      stack.append {
        BatchNormalizationLayer(name: "features_norm", inputShape: $0, rectifies: false, store: store)
      }
    }
    for (index, count) in hidden.enumerated() {
      stack.append {
        DenseLayer(
          name: "dense\(index + 1)", inputShape: $0, outputCount: count, rectifies: true,
          initialization: normalizesFeatures ? .heNormal : .glorotUniform, store: store)
      }
    }
    stack.append {
      DenseLayer(
        name: "output_layer", inputShape: $0, outputCount: classCount, rectifies: false, store: store)
    }
    return stack.layers
  }
}
