import CKernels
import Foundation
import Tensors
import Testing

@testable import NeuralNetwork

/// What PyTorch computed in double precision; written by scripts/golden-gradients.
private struct Golden: Decodable {
  struct Summary: Decodable {
    let sum: Double
    let l2: Double
    let stride: Int
    let values: [Double]
  }
  let loss: Double
  let logits: [Double]
  let gradients: [String: Summary]
  let statistics: [String: Summary]

  static func load() throws -> Golden {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: folder.appending(path: "Golden/gradients.json")))
  }

  static func values(_ count: Int, salt: Int, scale: Double, offset: Double = 0) -> [Float] {
    (0..<count).map { index in
      let phase: Double = 12.9898 * Double(index + 1) + 78.233 * Double(salt)
      let wave: Double = sin(phase) * 43758.5453
      return Float(offset + scale * (2 * (wave - wave.rounded(.down)) - 1))
    }
  }
}

extension VectorCodeTests {
  @Suite struct GradientGoldenTests {
    private static let images = 5
    private static let shape = ActivationShape(height: 13, width: 9, channels: 1)

    private static func network(workers: Int) -> SequentialNetwork {
      let store = ParameterStore(seed: 1)
      var layers: [any Layer] = []
      var shape = Self.shape
      func append(_ layer: any Layer) {
        layers.append(layer)
        shape = layer.outputShape
      }
      append(
        WindowConvolutionLayer(
          name: "first", inputShape: shape, outputChannels: 32, windowHeight: 3, windowWidth: 3, padding: 1,
          hasBias: false, rectifies: false, store: store))
      append(
        BatchNormalizationLayer(name: "first_norm", inputShape: shape, rectifies: true, store: store))
      append(
        ConvolutionLayer(
          name: "second", inputShape: shape, outputChannels: 64, hasBias: false, rectifies: false,
          store: store))
      append(
        BatchNormalizationLayer(name: "second_norm", inputShape: shape, rectifies: false, store: store))
      append(RectifierLayer(name: "second_relu", inputShape: shape))
      append(PoolingLayer(name: "maximum", inputShape: shape, kind: .maximum))
      append(
        ConvolutionLayer(
          name: "third", inputShape: shape, outputChannels: 32, hasBias: true, rectifies: true, store: store))
      append(PoolingLayer(name: "average", inputShape: shape, kind: .average))
      append(
        WindowConvolutionLayer(
          name: "window", inputShape: shape, outputChannels: 32, windowHeight: 2, windowWidth: 2, padding: 0,
          hasBias: true, rectifies: false, store: store))
      append(
        DenseLayer(name: "hidden", inputShape: shape, outputCount: 16, rectifies: true, store: store))
      append(DenseLayer(name: "output", inputShape: shape, outputCount: 7, rectifies: false, store: store))
      for (salt, parameter) in layers.flatMap(\.parameters).enumerated() {
        let fanIn = parameter.shape.dropFirst().reduce(1, *)
        let isNorm = parameter.name.hasSuffix("norm.weight")
        let scale = parameter.shape.count > 1 ? (3 / Double(fanIn)).squareRoot() : isNorm ? 0.3 : 0.2
        parameter.setRowMajor(
          Golden.values(parameter.count, salt: salt, scale: scale, offset: isNorm ? 1 : 0))
      }
      return SequentialNetwork(
        layers: layers, maximumImages: images, pool: WorkerPool(workerCount: workers))
    }

    /// Forward and backward of one batch in training; the loss and the logits.
    private static func train(_ network: SequentialNetwork) -> (Double, [Float]) {
      let pictures = FloatStorage(Golden.values(images * shape.count, salt: 50, scale: 0.5, offset: 0.5))
      let targets = (0..<images).flatMap {
        SoftmaxCrossEntropy.target(label: $0 * 3 % 7, classCount: 7, smoothing: 0.1)
      }
      var gradient = [Float](repeating: 0, count: images * 7)
      let logits = network.forward(pictures.base, images: images, isTraining: true)
      let result = Array(logits)
      let loss = targets.withUnsafeBufferPointer {
        SoftmaxCrossEntropy.loss(logits: logits, targets: $0, classCount: 7, gradient: &gradient)
      }
      network.backward(input: pictures.base, outputGradient: gradient, images: images)
      withExtendedLifetime(pictures) {}
      return (loss, result)
    }

    private static func expect(
      _ ours: [Float], _ golden: Golden.Summary, _ name: String, tolerance: Double
    ) {
      let root = (golden.l2 * golden.l2 / Double(ours.count)).squareRoot()
      let norm = ours.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(abs(norm - golden.l2) <= tolerance * golden.l2, "\(name): length \(norm), not \(golden.l2)")
      for (index, value) in golden.values.enumerated() {
        let error = abs(Double(ours[index * golden.stride]) - value)
        #expect(error <= 10 * tolerance * root, "\(name)[\(index * golden.stride)]: off by \(error)")
      }
    }

    @Test(arguments: [1, 2, 3]) func everyGradientIsPyTorchs(workers: Int) throws {
      let golden = try Golden.load()
      defer { kernel_limit_instruction_set(KERNEL_AVX512) }
      for set in [KERNEL_PLAIN, KERNEL_AVX2, KERNEL_AVX512] {
        kernel_limit_instruction_set(set)
        let network = Self.network(workers: workers)
        let (loss, logits) = Self.train(network)
        #expect(abs(loss - golden.loss) < 1e-5)
        for (ours, theirs) in zip(logits, golden.logits) { #expect(abs(Double(ours) - theirs) < 1e-4) }
        #expect(network.parameters.count == golden.gradients.count)
        for parameter in network.parameters {
          let reference = try #require(golden.gradients[parameter.name])
          Self.expect(parameter.rowMajorGradient, reference, parameter.name, tolerance: 1e-4)
        }
        for statistic in network.statistics {
          let reference = try #require(golden.statistics[statistic.name])
          Self.expect(statistic.rowMajorValues, reference, statistic.name, tolerance: 1e-5)
        }
      }
    }

    @Test func twoRunsGiveTheSameBits() {
      let gradients = (0..<2).map { _ in
        let network = Self.network(workers: 2)
        let (loss, _) = Self.train(network)
        return (loss, network.parameters.map { $0.gradient.array })
      }
      #expect(gradients[0].0 == gradients[1].0)
      #expect(gradients[0].1 == gradients[1].1)
    }
  }
}
