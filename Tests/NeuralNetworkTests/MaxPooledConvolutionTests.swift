import Tensors
import Testing

@testable import NeuralNetwork

extension VectorCodeTests {
  /// The convolution with its pool inside against the two layers one after the other.
  @Suite struct MaxPooledConvolutionTests {
    struct Form: CustomTestStringConvertible {
      var height: Int
      var width: Int
      var channels = 1
      var window = 3
      var padding = 0
      var repeats = 1
      var hasBias = true
      var rectifies = false

      var testDescription: String {
        "\(height)x\(width)x\(channels), window \(window), padding \(padding), \(repeats) times, bias \(hasBias), ReLU \(rectifies)"
      }
    }

    static let forms = [
      Form(height: 4, width: 4), Form(height: 9, width: 8, rectifies: true),
      Form(height: 8, width: 11, channels: 3, padding: 1), Form(height: 7, width: 7, window: 2, repeats: 3),
      Form(height: 6, width: 9, channels: 2, padding: 1, repeats: 2, hasBias: false, rectifies: true),
      Form(height: 50, width: 52, repeats: 3, rectifies: true),
    ]

    /// A norm first: its gradients are made of the gradient by the convolution's input.
    private static func network(_ form: Form, poolsInside: Bool, images: Int, workers: Int)
      -> SequentialNetwork
    {
      let store = ParameterStore(seed: 4)
      let shape = ActivationShape(height: form.height, width: form.width, channels: form.channels)
      let norm = BatchNormalizationLayer(name: "norm", inputShape: shape, rectifies: false, store: store)
      let layers: [any Layer]
      if poolsInside {
        layers = [
          MaxPooledConvolutionLayer(
            name: "convolution", inputShape: shape, outputChannels: 64, windowHeight: form.window,
            windowWidth: form.window, padding: form.padding, inputRepeats: form.repeats,
            hasBias: form.hasBias, rectifies: form.rectifies, store: store)
        ]
      } else {
        let convolution = WindowConvolutionLayer(
          name: "convolution", inputShape: shape, outputChannels: 64, windowHeight: form.window,
          windowWidth: form.window, padding: form.padding, inputRepeats: form.repeats, hasBias: form.hasBias,
          rectifies: form.rectifies, store: store)
        layers = [
          convolution, PoolingLayer(name: "pool", inputShape: convolution.outputShape, kind: .maximum),
        ]
      }
      return SequentialNetwork(
        layers: [norm] + layers, maximumImages: images, pool: WorkerPool(workerCount: workers))
    }

    @Test(arguments: forms, [1, 2, 5]) func isTheConvolutionAndThenThePool(form: Form, workers: Int) {
      let images = 3
      let parts = Self.network(form, poolsInside: false, images: images, workers: workers)
      let whole = Self.network(form, poolsInside: true, images: images, workers: workers)
      #expect(whole.outputShape == parts.outputShape)
      #expect(whole.parameters.map(\.name) == parts.parameters.map(\.name))
      var generator = SeededGenerator(seed: 12)
      let input = (0..<images * whole.inputShape.count).map { _ in generator.nextNormal() }
      let gradient = (0..<images * whole.outputShape.count).map { _ in generator.nextNormal() }
      let bias = (0..<64).map { _ in generator.nextNormal() }
      for network in [parts, whole] {
        network.parameters.first { $0.name == "convolution.bias" }?.setRowMajor(bias)
      }
      let expected = Array(parts.forward(input, images: images, isTraining: true))
      #expect(Array(whole.forward(input, images: images, isTraining: true)) == expected)
      for network in [parts, whole] {
        network.backward(input: input, outputGradient: gradient, images: images)
      }
      for (ours, theirs) in zip(whole.parameters, parts.parameters) {
        let (left, right) = (ours.rowMajorGradient, theirs.rowMajorGradient)
        let scale = right.map(abs).max() ?? 0
        #expect(scale > 0)
        for (value, reference) in zip(left, right) {
          #expect(abs(value - reference) <= 2e-5 * scale, "\(ours.name)")
        }
      }
    }
  }
}
