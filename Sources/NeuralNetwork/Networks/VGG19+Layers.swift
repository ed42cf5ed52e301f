extension VGG19 {
  /// Convolutions of all blocks, 16.
  public static var convolutionCount: Int { blocks.reduce(0) { $0 + $1.convolutions } }

  /// How a network to be trained differs from the one that runs.
  public struct TrainingForm: Sendable, Hashable {
    /// Width and height of the input in pixels: smaller ones than ``VGG19/inputSide`` train faster, and the
    /// parameters are the same.
    public var side: Int
    /// Whether batch norm stands between each convolution and its ReLU (S. Ioffe, C. Szegedy, ICML 2015); it is folded
    /// into the convolution afterwards. Without it the convolutions have biases.
    public var isBatchNormalized: Bool
    /// Dropout before the last layer, 0..<1.
    public var dropout: Float

    /// A form with 48x48 inputs, batch norm and no dropout, unless told otherwise.
    public init(side: Int = VGG19.inputSide, isBatchNormalized: Bool = true, dropout: Float = 0) {
      precondition(side >= 16)
      self.side = side
      self.isBatchNormalized = isBatchNormalized
      self.dropout = dropout
    }
  }

  /// The layers of VGG19 on one grey plane, to be trained.
  ///
  /// The convolutions' parameters are named as in weight files, `block1_conv1.weight`, ...; batch norms are
  /// `block1_norm1.weight`, `.bias`, `.running_mean` and `.running_var`; the last layer is `output_layer`.
  ///
  /// - Parameters:
  ///   - form: Batch norm, input size, dropout.
  ///   - classCount: What the last layer tells apart.
  ///   - store: Where the parameters are.
  public static func layers(
    form: TrainingForm, classCount: Int, store: ParameterStore
  ) -> [any Layer] {
    var layers = features(form: form, store: store)
    layers.append(
      GlobalAveragePoolingLayer(name: "global_average_pool", inputShape: layers[layers.count - 1].outputShape)
    )
    if form.dropout > 0 {
      layers.append(
        DropoutLayer(name: "dropout", inputShape: layers[layers.count - 1].outputShape, rate: form.dropout))
    }
    layers.append(
      DenseLayer(
        name: "output_layer", inputShape: layers[layers.count - 1].outputShape, outputCount: classCount,
        rectifies: false, store: store))
    return layers
  }

  /// The convolutions alone, to the last block's ReLU: [images, 3, 3, 512] at 48x48.
  public static func features(form: TrainingForm, store: ParameterStore) -> [any Layer] {
    var layers: [any Layer] = []
    var shape = ActivationShape(height: form.side, width: form.side, channels: 1)
    // Without norms an optimiser's step on three equal planes is three times that on their sum: Keras's network has
    // three. With norms the filters' scale does not matter.
    let repeats = form.isBatchNormalized ? 1 : 3
    for (blockIndex, block) in blocks.enumerated() {
      for index in 1...block.convolutions {
        let name = "block\(blockIndex + 1)_conv\(index)"
        let hasBias = !form.isBatchNormalized
        let convolution: any Layer =
          shape.channels == 1
          ? WindowConvolutionLayer(
            name: name, inputShape: shape, outputChannels: block.channels, windowHeight: 3, windowWidth: 3,
            padding: 1, inputRepeats: repeats, hasBias: hasBias, rectifies: hasBias, store: store)
          : ConvolutionLayer(
            name: name, inputShape: shape, outputChannels: block.channels, hasBias: hasBias,
            rectifies: hasBias, store: store)
        layers.append(convolution)
        shape = convolution.outputShape
        if form.isBatchNormalized {
          layers.append(
            BatchNormalizationLayer(
              name: "block\(blockIndex + 1)_norm\(index)", inputShape: shape, rectifies: true, store: store))
        }
      }
      if blockIndex < blocks.count - 1 {
        let pool = PoolingLayer(name: "block\(blockIndex + 1)_pool", inputShape: shape, kind: .maximum)
        layers.append(pool)
        shape = pool.outputShape
      }
    }
    return layers
  }
}
