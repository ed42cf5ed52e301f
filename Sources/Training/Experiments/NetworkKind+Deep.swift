import NeuralNetwork

extension NetworkKind {
  static func deepPerceptron(
    hidden: [Int], dropout: Float, side: Int, classCount: Int, store: ParameterStore
  ) -> [any Layer] {
    var stack = LayerStack(input: ActivationShape(vector: side * side))
    for (index, count) in hidden.enumerated() {
      stack.append {
        DenseLayer(
          name: "dense\(index + 1)", inputShape: $0, outputCount: count, rectifies: false, store: store)
      }
      stack.append {
        BatchNormalizationLayer(name: "norm\(index + 1)", inputShape: $0, rectifies: true, store: store)
      }
      stack.append { DropoutLayer(name: "dropout\(index + 1)", inputShape: $0, rate: dropout) }
    }
    stack.append {
      DenseLayer(
        name: "output_layer", inputShape: $0, outputCount: classCount, rectifies: false, store: store)
    }
    return stack.layers
  }

  static func deepConvolutional(
    widths: [Int], dropout: Float, side: Int, classCount: Int, store: ParameterStore
  ) -> [any Layer] {
    var stack = LayerStack(input: ActivationShape(height: side, width: side, channels: 1))
    for (block, width) in widths.enumerated() {
      for index in 1...2 {
        let name = "block\(block + 1)_conv\(index)"
        stack.append { shape -> any Layer in
          if shape.channels == 1 {
            return WindowConvolutionLayer(
              name: name, inputShape: shape, outputChannels: width, windowHeight: 3, windowWidth: 3,
              padding: 1, hasBias: false, rectifies: false, store: store)
          }
          return ConvolutionLayer(
            name: name, inputShape: shape, outputChannels: width, hasBias: false, rectifies: false,
            store: store)
        }
        stack.append {
          BatchNormalizationLayer(
            name: "block\(block + 1)_norm\(index)", inputShape: $0, rectifies: true, store: store)
        }
      }
      stack.append { PoolingLayer(name: "block\(block + 1)_pool", inputShape: $0, kind: .maximum) }
    }
    stack.append { GlobalAveragePoolingLayer(name: "global_average_pool", inputShape: $0) }
    stack.append { DropoutLayer(name: "dropout", inputShape: $0, rate: dropout) }
    stack.append {
      DenseLayer(
        name: "output_layer", inputShape: $0, outputCount: classCount, rectifies: false, store: store)
    }
    return stack.layers
  }
}
