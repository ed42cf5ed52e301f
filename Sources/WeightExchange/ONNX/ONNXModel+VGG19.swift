import NeuralNetwork
import Tensors

extension ONNXModel {
  /// The network that the daemon runs (``VGG19``): 16 convolutions with ReLU, a 2x2 max-pool after each block but the
  /// last, global average, a dense layer, softmax.
  ///
  /// Input `face` [batch, 1, 48, 48], grey values 0...1; outputs `logits` and `probabilities` [batch, classes]. The
  /// first convolution's three input planes see the same picture and are folded into one. Metadata `labels` (in the
  /// order of the classes, separated by commas) and `input` are added to those given.
  ///
  /// - Parameters:
  ///   - tensors: `block1_conv1.weight` [out, 3, 3, 3] or [out, 1, 3, 3] and `.bias` [out], ...,
  ///     `output_layer.weight` [classes, features] and `.bias` [classes], in any order; more are not looked at.
  ///     Numbers of channels are taken from the tensors.
  ///   - labels: A name for each class.
  ///   - metadata: More text for the file, as training data and accuracy. Logits are divided by its `temperature`
  ///     before the softmax, as the daemon does.
  /// - Throws: ``WeightExportError``: a tensor is missing or has another shape, or the labels do not match.
  public static func vgg19(
    tensors: [NamedTensor], labels: [String], metadata: [String: String] = [:]
  ) throws(WeightExportError) -> ONNXModel {
    var network = NetworkBuilder(tensors: try byName(tensors))
    for (blockIndex, block) in VGG19.blocks.enumerated() {
      for index in 1...block.convolutions {
        try network.convolution("block\(blockIndex + 1)_conv\(index)")
      }
      if blockIndex < VGG19.blocks.count - 1 { network.maxPool("block\(blockIndex + 1)_pool") }
    }
    network.add("GlobalAveragePool", name: "global_average_pool")
    network.add("Flatten", name: "flatten", attributes: [Attribute("axis", .integer(1))])
    let classCount = try network.dense("output_layer", output: "logits")
    if let temperature = metadata["temperature"].flatMap(Float.init), temperature > 0, temperature.isFinite {
      network.add(
        "Div", name: "tempered",
        weights: [NamedTensor(name: "temperature", shape: [1], values: [temperature])])
    }
    network.add(
      "Softmax", name: "softmax", output: "probabilities", attributes: [Attribute("axis", .integer(1))])
    guard labels.count == classCount else {
      throw .wrongLabelCount(labels: labels.count, outputs: classCount)
    }
    var texts = metadata
    texts["labels"] = labels.joined(separator: ",")
    texts["input"] = "float32 [batch,1,48,48], grey, divided by 255"
    let side = Value.Dimension.fixed(VGG19.inputSide)
    let batch = Value.Dimension.named("batch")
    return ONNXModel(
      graph: Graph(
        name: "vgg19", nodes: network.nodes, tensors: network.used,
        inputs: [Value(NetworkBuilder.input, [batch, .fixed(1), side, side])],
        outputs: [
          Value("logits", [batch, .fixed(classCount)]), Value("probabilities", [batch, .fixed(classCount)]),
        ]),
      metadata: texts)
  }

  private static func byName(_ tensors: [NamedTensor]) throws(WeightExportError) -> [String: NamedTensor] {
    var result: [String: NamedTensor] = [:]
    for tensor in tensors {
      guard result.updateValue(tensor, forKey: tensor.name) == nil else {
        throw .duplicate(tensor: tensor.name)
      }
    }
    return result
  }
}

/// Strings layers together, each taking what the one before computed.
private struct NetworkBuilder {
  static let input = "face"

  private let tensors: [String: NamedTensor]
  private(set) var nodes: [ONNXModel.Node] = []
  private(set) var used: [NamedTensor] = []
  private var current = Self.input
  /// Nothing before the first convolution.
  private var channels: Int?

  init(tensors: [String: NamedTensor]) { self.tensors = tensors }

  mutating func add(
    _ operation: String, name: String, weights: [NamedTensor] = [], output: String? = nil,
    attributes: [ONNXModel.Attribute] = []
  ) {
    nodes.append(
      ONNXModel.Node(
        operation, name: name, inputs: [current] + weights.map(\.name), outputs: [output ?? name],
        attributes: attributes))
    used += weights
    current = output ?? name
  }

  mutating func convolution(_ name: String) throws(WeightExportError) {
    var weights = try tensor("\(name).weight")
    let inputs = channels.map { "\($0)" } ?? "3 or 1"
    guard weights.shape.count == 4, weights.shape[0] > 0, weights.shape[2...] == [3, 3],
      channels.map({ $0 == weights.shape[1] }) ?? [1, 3].contains(weights.shape[1])
    else {
      throw .wrongShape(
        tensor: weights.name, expected: "[output channels, \(inputs), 3, 3]", actual: weights.shape)
    }
    if channels == nil { weights = Self.foldingInputPlanes(weights) }
    let bias = try tensor("\(name).bias", length: weights.shape[0])
    channels = weights.shape[0]
    add(
      "Conv", name: name, weights: [weights, bias],
      attributes: [
        ONNXModel.Attribute("kernel_shape", .integers([3, 3])),
        ONNXModel.Attribute("pads", .integers([1, 1, 1, 1])),
        ONNXModel.Attribute("strides", .integers([1, 1])),
      ])
    add("Relu", name: "\(name)_relu")
  }

  mutating func maxPool(_ name: String) {
    add(
      "MaxPool", name: name,
      attributes: [
        ONNXModel.Attribute("kernel_shape", .integers([2, 2])),
        ONNXModel.Attribute("strides", .integers([2, 2])),
      ])
  }

  /// - Returns: How many outputs the layer has.
  mutating func dense(_ name: String, output: String) throws(WeightExportError) -> Int {
    let weights = try tensor("\(name).weight")
    let inputs = channels ?? 0
    guard weights.shape.count == 2, weights.shape[0] > 0, weights.shape[1] == inputs else {
      throw .wrongShape(tensor: weights.name, expected: "[classes, \(inputs)]", actual: weights.shape)
    }
    let bias = try tensor("\(name).bias", length: weights.shape[0])
    add(
      "Gemm", name: name, weights: [weights, bias], output: output,
      attributes: [ONNXModel.Attribute("transB", .integer(1))])
    return weights.shape[0]
  }

  private func tensor(_ name: String, length: Int? = nil) throws(WeightExportError) -> NamedTensor {
    guard let tensor = tensors[name] else { throw .missing(tensor: name) }
    if let length, tensor.shape != [length] {
      throw .wrongShape(tensor: name, expected: "[\(length)]", actual: tensor.shape)
    }
    return tensor
  }

  /// Sums the weights of input planes that see the same picture: [out, planes, 3, 3] to [out, 1, 3, 3].
  private static func foldingInputPlanes(_ tensor: NamedTensor) -> NamedTensor {
    let (outputs, planes, taps) = (tensor.shape[0], tensor.shape[1], 9)
    let folded = tensor.values.withValues { values in
      (0..<outputs * taps).map { index in
        (0..<planes).reduce(Float(0)) { $0 + values[(index / taps * planes + $1) * taps + index % taps] }
      }
    }
    return NamedTensor(name: tensor.name, shape: [outputs, 1, 3, 3], values: folded)
  }
}
