import NeuralNetwork

/// The networks that experiments train, as values.
public enum NetworkKind: Sendable, Codable, Equatable {
  /// Dense layers with ReLU, dropout behind the first two; with `rectifiesOutput` a ReLU behind the last one too, as the
  /// notebook has it. Without it the hidden layers begin by He's rule instead of Keras's default.
  case perceptron(hidden: [Int], dropout: Float, rectifiesOutput: Bool)
  /// The notebook's CNN: convolutions 256 3x3, 128 2x2, 64 3x3 without padding, pools between them, dense layers.
  /// `rectifies` puts a ReLU behind the convolutions, where the notebook has none.
  case smallConvolutional(rectifies: Bool, widths: [Int] = [256, 128, 64])
  /// VGG19 as ``VGG19/layers(form:classCount:store:)`` has it; all but the last `trainedConvolutions` are frozen where
  /// that is given.
  case vgg19(isBatchNormalized: Bool, dropout: Float, trainedConvolutions: Int? = nil)
  /// The notebook's transfer learning: VGG19's convolutions, frozen but for the last `trainedConvolutions`, an average
  /// pool, dense layers. `normalizesFeatures` puts a batch norm in front of the dense layers, which then begin by He's
  /// rule, where the notebook has neither.
  case transfer(hidden: [Int], normalizesFeatures: Bool? = nil, trainedConvolutions: Int = 0)
  /// Dense layers, each followed by batch norm, ReLU and dropout.
  case deepPerceptron(hidden: [Int], dropout: Float)
  /// Blocks of two convolutions 3x3 with batch norm and ReLU and a max-pool, then a global average pool, dropout and
  /// the last layer.
  case deepConvolutional(widths: [Int], dropout: Float)

  /// Whether the network can be built for other inputs than 48x48.
  public var takesAnySide: Bool {
    if case .vgg19 = self { return true }
    return false
  }

  /// Whether weights to start from have tensors of it: VGG19's convolutions.
  public var startsFromPretrained: Bool {
    switch self {
    case .vgg19, .transfer: true
    default: false
    }
  }

  /// Whether convolutions stay as they begin, so that random ones would make the network a guess.
  public var freezesConvolutions: Bool {
    switch self {
    case .vgg19(_, _, let trained?), .transfer(_, _, let trained): trained < VGG19.convolutionCount
    default: false
    }
  }

  /// Whether the notebook begins it with ImageNet's convolutions.
  public var beginsPretrainedInNotebook: Bool {
    switch self {
    case .vgg19(let isBatchNormalized, _, _): !isBatchNormalized
    case .transfer: true
    default: false
    }
  }

  /// The layers, on parameters of the store.
  ///
  /// - Parameters:
  ///   - side: Width and height of the input in pixels; 48 unless ``takesAnySide``.
  ///   - classCount: What is told apart.
  ///   - store: Where the parameters are.
  public func layers(side: Int, classCount: Int, store: ParameterStore) -> [any Layer] {
    precondition(side == VGG19.inputSide || takesAnySide)
    switch self {
    case .deepPerceptron(let hidden, let dropout):
      return Self.deepPerceptron(
        hidden: hidden, dropout: dropout, side: side, classCount: classCount, store: store)
    case .deepConvolutional(let widths, let dropout):
      return Self.deepConvolutional(
        widths: widths, dropout: dropout, side: side, classCount: classCount, store: store)
    case .perceptron(let hidden, let dropout, let rectifiesOutput):
      return Self.perceptron(
        hidden: hidden, dropout: dropout, rectifiesOutput: rectifiesOutput, side: side,
        classCount: classCount, store: store)
    case .smallConvolutional(let rectifies, let widths):
      return Self.smallConvolutional(
        rectifies: rectifies, widths: widths, side: side, classCount: classCount, store: store)
    case .vgg19(let isBatchNormalized, let dropout, let trainedConvolutions):
      let layers = VGG19.layers(
        form: VGG19.TrainingForm(side: side, isBatchNormalized: isBatchNormalized, dropout: dropout),
        classCount: classCount, store: store)
      if let trainedConvolutions { Self.freeze(layers, allBut: trainedConvolutions) }
      return layers
    case .transfer(let hidden, let normalizesFeatures, let trainedConvolutions):
      return Self.transfer(
        hidden: hidden, normalizesFeatures: normalizesFeatures ?? false,
        trainedConvolutions: trainedConvolutions, side: side, classCount: classCount, store: store)
    }
  }

  /// Freezes all convolutions but the last ones.
  static func freeze(_ layers: [any Layer], allBut trained: Int) {
    let convolutions = layers.filter { $0.name.contains("_conv") }
    let frozen = Set(convolutions.dropLast(trained).map(\.name))
    for layer in layers {
      // A norm belongs to the convolution before it.
      let convolution = layer.name.replacing("_norm", with: "_conv")
      guard frozen.contains(convolution) else { continue }
      for parameter in layer.parameters { parameter.isTrained = false }
    }
  }

  /// Hidden layers of the notebook's MLP that dropout follows: its summary has one behind 512 and one behind 256.
  private static let droppedLayers = 2

  private static func perceptron(
    hidden: [Int], dropout: Float, rectifiesOutput: Bool, side: Int, classCount: Int, store: ParameterStore
  ) -> [any Layer] {
    let initialization: Initialization = rectifiesOutput ? .glorotUniform : .heNormal
    var stack = LayerStack(input: ActivationShape(vector: side * side))
    for (index, count) in hidden.enumerated() {
      stack.append {
        DenseLayer(
          name: "dense\(index + 1)", inputShape: $0, outputCount: count, rectifies: true,
          initialization: initialization, store: store)
      }
      if index < Self.droppedLayers, dropout > 0 {
        stack.append { DropoutLayer(name: "dropout\(index + 1)", inputShape: $0, rate: dropout) }
      }
    }
    stack.append {
      DenseLayer(
        name: "output_layer", inputShape: $0, outputCount: classCount, rectifies: rectifiesOutput,
        store: store)
    }
    return stack.layers
  }

  private static func smallConvolutional(
    rectifies: Bool, widths: [Int], side: Int, classCount: Int, store: ParameterStore
  ) -> [any Layer] {
    precondition(widths.count == 3)
    let initialization: Initialization = rectifies ? .heNormal : .glorotUniform
    var stack = LayerStack(input: ActivationShape(height: side, width: side, channels: 1))
    stack.append {
      MaxPooledConvolutionLayer(
        name: "conv1", inputShape: $0, outputChannels: widths[0], windowHeight: 3, windowWidth: 3, padding: 0,
        inputRepeats: 3, hasBias: true, rectifies: rectifies, initialization: initialization, store: store)
    }
    stack.append { DropoutLayer(name: "dropout1", inputShape: $0, rate: 0.2) }
    for (number, width, window) in [(2, widths[1], 2), (3, widths[2], 3)] {
      // Without a ReLU between them the average may come first, which is faster.
      if !rectifies { stack.append { BoxAverageLayer(name: "pool\(number)", inputShape: $0) } }
      stack.append {
        WindowConvolutionLayer(
          name: "conv\(number)", inputShape: $0, outputChannels: width, windowHeight: window,
          windowWidth: window, padding: 0, stride: rectifies ? 1 : 2, hasBias: true, rectifies: rectifies,
          initialization: initialization, store: store)
      }
      if rectifies { stack.append { PoolingLayer(name: "pool\(number)", inputShape: $0, kind: .average) } }
      stack.append { DropoutLayer(name: "dropout\(number)", inputShape: $0, rate: 0.2) }
    }
    stack.append {
      DenseLayer(name: "dense1", inputShape: $0, outputCount: 128, rectifies: true, store: store)
    }
    // Keras's defaults; behind a dense layer, where it does not fuse, its running variance is the biased one.
    stack.append {
      BatchNormalizationLayer(
        name: "norm", inputShape: $0, rectifies: false, momentum: 0.01, epsilon: 1e-3,
        varianceEstimate: .biased, store: store)
    }
    for (index, count) in [64, 16].enumerated() {
      stack.append {
        DenseLayer(
          name: "dense\(index + 2)", inputShape: $0, outputCount: count, rectifies: true, store: store)
      }
    }
    stack.append {
      DenseLayer(
        name: "output_layer", inputShape: $0, outputCount: classCount, rectifies: false, store: store)
    }
    return stack.layers
  }
}
