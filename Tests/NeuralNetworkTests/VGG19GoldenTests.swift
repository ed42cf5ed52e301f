import Foundation
import Tensors
import Testing

@testable import NeuralNetwork

/// What PyTorch computed in double precision; written by scripts/golden-vgg19.
private struct Golden: Decodable {
  struct Layer: Decodable {
    struct Every: Decodable {
      let stride: Int
      let values: [Double]
    }
    let shape: [Int]
    let sum: Double
    let l2: Double
    let max: Double
    let argmax: Int
    let first8: [Double]
    let every: Every
  }
  struct Picture: Decodable {
    let k: Int
    let layers: [String: Layer]
    let logits: [Double]
    let probabilities: [Double]

    private enum CodingKeys: CodingKey { case k, layers }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      k = try container.decode(Int.self, forKey: .k)
      let values = try container.decode([String: LayerOrValues].self, forKey: .layers)
      layers = values.compactMapValues(\.layer)
      logits = values["logits"]?.values ?? []
      probabilities = values["probabilities"]?.values ?? []
    }
  }
  struct LayerOrValues: Decodable {
    let layer: Layer?
    let values: [Double]?
    init(from decoder: any Decoder) throws {
      layer = try? Layer(from: decoder)
      values = try? [Double](from: decoder)
    }
  }
  let pictures: [Picture]

  static func load() throws -> Golden {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Golden/vgg19-fer2013.json"))
    return try JSONDecoder().decode(Golden.self, from: data)
  }

  /// The picture that the golden values belong to, 0...1.
  static func input(_ k: Int) -> [Float] {
    (0..<48 * 48).map { index in
      let (x, y) = (index % 48, index / 48)
      return Float((7 * x + 13 * y + 31 * k + 5 * ((x * y) % 17)) % 256) / 255
    }
  }
}

/// A layer's output as the observer saw it: NHWC.
private struct Observed {
  let values: [Float]
  let side: Int
  let channels: Int

  /// The value at an index of the golden file's [channel, height, width] layout, of one picture.
  func value(picture: Int, channelMajorIndex index: Int) -> Double {
    let channel = index / (side * side)
    return Double(values[picture * side * side * channels + index % (side * side) * channels + channel])
  }

  func picture(_ picture: Int) -> ArraySlice<Float> {
    let count = side * side * channels
    return values[picture * count..<(picture + 1) * count]
  }
}

extension VectorCodeTests {
  @Suite struct VGG19GoldenTests {
    static let weights = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../models/vgg19-fer2013.safetensors").standardizedFileURL.path

    /// Relative to the layer's own scale: the tolerance that the design asks for.
    static let tolerance = 1e-4

    @Test(arguments: [1, 2, 3]) func agreesWithPyTorchAtEveryLayer(workers: Int) throws {
      let golden = try Golden.load()
      #expect(golden.pictures.count == 4)
      let network = try VGG19(
        file: Safetensors(path: Self.weights), classCount: 7, maximumBatch: 4,
        pool: WorkerPool(workerCount: workers))
      var observed: [String: Observed] = [:]
      let input = golden.pictures.flatMap { Golden.input($0.k) }
      let logits = network.logits(for: input, count: 4) { layer, values, side, channels in
        observed[layer] = Observed(values: Array(values), side: side, channels: channels)
      }
      for (index, picture) in golden.pictures.enumerated() {
        #expect(picture.layers.count == 21)
        for (name, layer) in picture.layers {
          let ours = try #require(observed[name], "no layer \(name)")
          try compare(ours, picture: index, with: layer, name: name)
        }
        let ourLogits = Array(logits[index * 7..<index * 7 + 7])
        let scale = picture.logits.map(abs).max() ?? 1
        for (our, theirs) in zip(ourLogits, picture.logits) {
          #expect(abs(Double(our) - theirs) <= Self.tolerance * scale)
        }
        for (our, theirs) in zip(softmax(ourLogits), picture.probabilities) {
          #expect(abs(Double(our) - theirs) <= Self.tolerance)
        }
      }
    }

    /// The table chooses other ways for other batches.
    @Test(arguments: [1, 2, 3, 8, 16, 33, 64]) func everyBatchAgreesWithPyTorch(batch: Int) throws {
      let golden = try Golden.load()
      let network = try VGG19(
        file: Safetensors(path: Self.weights), classCount: 7, maximumBatch: 64,
        pool: WorkerPool(workerCount: 2))
      let pictures = (0..<batch).map { golden.pictures[$0 % golden.pictures.count] }
      var observed: [String: Observed] = [:]
      _ = network.logits(for: pictures.flatMap { Golden.input($0.k) }, count: batch) {
        observed[$0] = Observed(values: Array($1), side: $2, channels: $3)
      }
      for index in Set([0, batch / 2, batch - 1]) {
        for (name, layer) in pictures[index].layers {
          try compare(try #require(observed[name]), picture: index, with: layer, name: name)
        }
      }
    }

    @Test func aBatchOfOneEqualsTheSamePictureInALargerBatch() throws {
      let network = try VGG19(
        file: Safetensors(path: Self.weights), classCount: 7, maximumBatch: 9, pool: WorkerPool())
      let batch = network.logits(for: (0..<9).flatMap(Golden.input), count: 9)
      for picture in [0, 4, 8] {
        let alone = network.logits(for: Golden.input(picture), count: 1)
        for (one, other) in zip(alone, batch[picture * 7..<picture * 7 + 7]) {
          #expect(abs(one - other) < 1e-4)
        }
      }
    }

    @Test func twoRunsGiveTheSameBits() throws {
      let network = try VGG19(
        file: Safetensors(path: Self.weights), classCount: 7, maximumBatch: 5,
        pool: WorkerPool(workerCount: 2))
      let input = (0..<5).flatMap(Golden.input)
      #expect(network.logits(for: input, count: 5) == network.logits(for: input, count: 5))
    }

    private func compare(_ ours: Observed, picture: Int, with layer: Golden.Layer, name: String) throws {
      let golden = layer.shape.count == 3 ? layer.shape : [layer.shape[0], 1, 1]
      #expect([ours.channels, ours.side, ours.side] == golden, "\(name)")
      let values = ours.picture(picture).map(Double.init)
      let l2 = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(l2 - layer.l2) <= Self.tolerance * layer.l2, "\(name): l2 \(l2), PyTorch \(layer.l2)")
      let sum = values.reduce(0, +)
      #expect(
        abs(sum - layer.sum) <= Self.tolerance * abs(layer.sum), "\(name): sum \(sum), PyTorch \(layer.sum)")
      let tolerance = Self.tolerance * layer.max
      #expect(abs((values.max() ?? 0) - layer.max) <= tolerance, "\(name): maximum")
      #expect(
        abs(ours.value(picture: picture, channelMajorIndex: layer.argmax) - layer.max) <= tolerance,
        "\(name): place of the maximum")
      for (index, expected) in layer.first8.enumerated() {
        let value = ours.value(picture: picture, channelMajorIndex: index)
        #expect(abs(value - expected) <= tolerance, "\(name) at \(index): \(value), PyTorch \(expected)")
      }
      for (step, expected) in layer.every.values.enumerated() {
        let value = ours.value(picture: picture, channelMajorIndex: step * layer.every.stride)
        #expect(abs(value - expected) <= tolerance, "\(name) at step \(step): \(value), PyTorch \(expected)")
      }
    }
  }
}
