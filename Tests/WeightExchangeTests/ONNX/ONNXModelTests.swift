import Foundation
import NeuralNetwork
import Tensors
import TestSupport
import Testing
import WeightExchange

/// The VGG19 of `scripts/check-onnx golden`: one channel a layer, two classes.
private func smallTensors() -> [NamedTensor] {
  var tensors: [NamedTensor] = []
  func add(_ name: String, _ shape: [Int]) {
    tensors.append(
      NamedTensor(
        name: name, shape: shape, values: sampleValues(tensors.count, count: shape.reduce(1, *))))
  }
  for (block, layout) in VGG19.blocks.enumerated() {
    for index in 1...layout.convolutions {
      add("block\(block + 1)_conv\(index).weight", [1, block == 0 && index == 1 ? 3 : 1, 3, 3])
      add("block\(block + 1)_conv\(index).bias", [1])
    }
  }
  add("output_layer.weight", [2, 1])
  add("output_layer.bias", [2])
  return tensors
}

private let labels = ["happy", "é"]

@Suite struct ONNXModelTests {
  @Test func writesTheBytesThatTheONNXPackageWrites() throws {
    let model = try ONNXModel.vgg19(tensors: smallTensors(), labels: labels)
    let expected = try contents(golden("small-vgg19.onnx"))
    #expect(try model.bytes() == expected)
    try withTemporaryFolder { folder in
      try model.write(to: "\(folder)/model.onnx")
      #expect(try contents("\(folder)/model.onnx") == expected)
    }
  }

  @Test func theTemperatureStandsBeforeTheSoftmax() throws {
    func operations(_ metadata: [String: String]) throws -> [String] {
      try ONNXModel.vgg19(tensors: smallTensors(), labels: labels, metadata: metadata).graph.nodes.map(
        \.operation)
    }
    #expect(try operations(["temperature": "0.9"]).suffix(3) == ["Gemm", "Div", "Softmax"])
    for text in ["0", "-1", "nan", "warm"] {
      #expect(try operations(["temperature": text]).suffix(2) == ["Gemm", "Softmax"], "\(text)")
    }
  }

  @Test func isReadBack() throws {
    let model = try ONNXModel.vgg19(
      tensors: smallTensors().reversed(), labels: labels, metadata: ["accuracy": "0.5"])
    let fields = protobufFields(try model.bytes())
    #expect(fields.map(\.number) == [1, 2, 3, 7, 8, 14, 14, 14])
    #expect(fields[0].value == .integer(8))
    #expect(fields[5].value.message.map(\.value.text) == ["accuracy", "0.5"])
    #expect(fields[7].value.message.map(\.value.text) == ["labels", "happy,é"])

    let graph = fields[3].value.message
    let nodes = graph.filter { $0.number == 1 }.map(\.value.message)
    func texts(_ node: [(number: Int, value: ProtobufField)], _ number: Int) -> [String?] {
      node.filter { $0.number == number }.map(\.value.text)
    }
    let operations = nodes.flatMap { texts($0, 4) }
    #expect(operations.count { $0 == "Conv" } == 16)
    #expect(operations.count { $0 == "Relu" } == 16)
    #expect(operations.count { $0 == "MaxPool" } == 4)
    #expect(operations.suffix(4) == ["GlobalAveragePool", "Flatten", "Gemm", "Softmax"])

    // Every value is computed, supplied or constant before it is used.
    let constants = graph.filter { $0.number == 5 }.map(\.value.message)
    var known = Set(["face"] + constants.flatMap { texts($0, 8) })
    for node in nodes {
      #expect(texts(node, 1).allSatisfy { known.contains($0) })
      known.formUnion(texts(node, 2))
    }
    #expect(known.isSuperset(of: ["logits", "probabilities"]))

    // The first convolution's planes are summed.
    let planes = sampleValues(0, count: 27)
    let folded = (0..<9).map { (tap: Int) -> Float in planes[tap] + planes[tap + 9] + planes[tap + 18] }
    #expect(constants[0].map(\.number) == [1, 1, 1, 1, 2, 8, 9])
    #expect(constants[0].prefix(5).map(\.value) == [1, 1, 3, 3, 1].map { .integer($0) })
    #expect(constants[0].last?.value == .bytes(folded.flatMap { withUnsafeBytes(of: $0) { Array($0) } }))
  }

  @Test func refusesTensorsOfAnotherNetwork() throws {
    func error(labels: [String] = labels, _ change: (inout [NamedTensor]) -> Void) -> WeightExportError? {
      var tensors = smallTensors()
      change(&tensors)
      do throws(WeightExportError) {
        _ = try ONNXModel.vgg19(tensors: tensors, labels: labels).bytes()
        return nil
      } catch { return error }
    }
    func replacing(_ name: String, _ shape: [Int], _ value: Float = 0) -> (inout [NamedTensor]) -> Void {
      { tensors in
        tensors.removeAll { $0.name == name }
        let values = [Float](repeating: value, count: shape.reduce(1, *))
        tensors.append(NamedTensor(name: name, shape: shape, values: values))
      }
    }
    #expect(error { _ in } == nil)
    #expect(error { $0.removeLast() } == .missing(tensor: "output_layer.bias"))
    #expect(error { $0.append($0[0]) } == .duplicate(tensor: "block1_conv1.weight"))
    #expect(error(labels: ["a"]) { _ in } == .wrongLabelCount(labels: 1, outputs: 2))
    #expect(
      error(replacing("block1_conv1.weight", [1, 2, 3, 3]))
        == .wrongShape(
          tensor: "block1_conv1.weight", expected: "[output channels, 3 or 1, 3, 3]", actual: [1, 2, 3, 3]))
    #expect(
      error(replacing("block5_conv4.weight", [1, 2, 3, 3]))
        == .wrongShape(
          tensor: "block5_conv4.weight", expected: "[output channels, 1, 3, 3]", actual: [1, 2, 3, 3]))
    #expect(
      error(replacing("block3_conv2.weight", [1, 1, 3]))
        == .wrongShape(
          tensor: "block3_conv2.weight", expected: "[output channels, 1, 3, 3]", actual: [1, 1, 3]))
    #expect(
      error(replacing("block2_conv1.bias", [2]))
        == .wrongShape(tensor: "block2_conv1.bias", expected: "[1]", actual: [2]))
    #expect(
      error(replacing("output_layer.weight", [2, 3]))
        == .wrongShape(tensor: "output_layer.weight", expected: "[classes, 1]", actual: [2, 3]))
    #expect(
      error(replacing("block4_conv1.bias", [1], .infinity))
        == .notFinite(tensor: "block4_conv1.bias", index: 0))
  }
}
