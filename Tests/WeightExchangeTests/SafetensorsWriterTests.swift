import Foundation
import NeuralNetwork
import Tensors
import Testing

@testable import WeightExchange

@Suite struct SafetensorsWriterTests {
  private static let two = [
    NamedTensor(name: "b", shape: [2, 3], values: [1, -2, 0.5, 65504, 0x1p-24, -0.0]),
    NamedTensor(name: "a", shape: [1], values: [0.25]),
  ]

  @Test func writesTheBytesOfTheFormat() throws {
    let bytes = try SafetensorsWriter(metadata: ["k": "v", "a": "\"\\\n\u{1}é"]).bytes(
      [NamedTensor(name: "t", shape: [1, 2], values: [1, -2])])
    let header =
      #"{"__metadata__":{"a":"\"\\\u000a\u0001é","k":"v"},"t":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#
    let padded = Array(header.utf8) + [UInt8](repeating: 0x20, count: (8 - header.utf8.count % 8) % 8)
    #expect(bytes.prefix(8) == [UInt8(padded.count), 0, 0, 0, 0, 0, 0, 0])
    #expect(bytes.dropFirst(8).prefix(padded.count).elementsEqual(padded))
    #expect(bytes.dropFirst(8 + padded.count) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
  }

  @Test(arguments: SafetensorsWriter.Precision.allCases)
  func readsBackWhatItWrote(precision: SafetensorsWriter.Precision) throws {
    let writer = SafetensorsWriter(
      precision: precision, metadata: ["labels": "glücklich,\"x\"", "": "\u{1F600}"])
    let file = try Safetensors(bytes: writer.bytes(Self.two))
    #expect(file.metadata == writer.metadata)
    #expect(file.entries["b"]?.type == (precision == .float16 ? .float16 : .float32))
    for tensor in Self.two {
      let values = try file.tensor(tensor.name, shape: tensor.shape)
      #expect(values.array.map(\.bitPattern) == tensor.values.array.map(\.bitPattern))
    }
    #expect(try file.namedTensors().map(\.name) == ["a", "b"])
    #expect(try writer.bytes(Self.two) == writer.bytes(Self.two))
  }

  @Test func readsBackRandomTensors() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<20 {
      let tensors = (0..<Int.random(in: 0...5, using: &random)).map { index in
        let shape = (0..<Int.random(in: 0...4, using: &random)).map { _ in
          Int.random(in: 1...4, using: &random)
        }
        let values = (0..<shape.reduce(1, *)).map { _ in random.nextNormal() }
        return NamedTensor(name: "tensor \(index)", shape: shape, values: values)
      }
      let file = try Safetensors(bytes: SafetensorsWriter().bytes(tensors))
      #expect(file.entries.count == tensors.count)
      for tensor in tensors {
        #expect(try file.tensor(tensor.name, shape: tensor.shape).array == tensor.values.array)
      }
    }
  }

  @Test func everyHalfStaysItself() {
    for bits in UInt16.min ... .max where bits & 0x7C00 != 0x7C00 {
      guard SafetensorsWriter.halfPrecision(value(ofHalf: bits)) == bits else {
        Issue.record("\(String(bits, radix: 16))")
        return
      }
    }
  }

  /// Between two neighbours the nearer one, in the middle the one whose last bit is zero.
  @Test func roundsToNearestEven() {
    for bits in stride(from: UInt16(0), to: 0x7BFF, by: 1) {
      let (low, high) = (value(ofHalf: bits), value(ofHalf: bits + 1))
      let middle = (low + high) / 2
      let results = [middle.nextDown, middle, middle.nextUp].map { SafetensorsWriter.halfPrecision(-$0) }
      guard results == [bits, bits + bits % 2, bits + 1].map({ $0 | 0x8000 }) else {
        Issue.record("\(String(bits, radix: 16)): \(results)")
        return
      }
    }
    // The largest half is 65504; from half a step above it on, infinity is nearer.
    #expect(SafetensorsWriter.halfPrecision(Float(65520).nextDown) == 0x7BFF)
    #expect(SafetensorsWriter.halfPrecision(65520) == 0x7C00)
    #expect(SafetensorsWriter.halfPrecision(-1e30) == 0xFC00)
  }

  /// By the definition of IEEE 754 binary16.
  private func value(ofHalf bits: UInt16) -> Float {
    let (exponent, fraction) = (Int(bits >> 10 & 31), Float(bits & 1023))
    let magnitude =
      exponent == 0
      ? fraction * 0x1p-24
      : Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
    return bits & 0x8000 == 0 ? magnitude : -magnitude
  }

  @Test(arguments: [
    ([one("a"), one("a")], WeightExportError.duplicate(tensor: "a")),
    ([one("")], .unusableName("")),
    ([one("__metadata__")], .unusableName("__metadata__")),
    ([NamedTensor(name: "e", shape: [2, 0], values: [])], .emptyTensor(tensor: "e", shape: [2, 0])),
    ([NamedTensor(name: "n", shape: [2], values: [1, .nan])], .notFinite(tensor: "n", index: 1)),
    (
      [NamedTensor(name: "big", shape: [2], values: [1, 65520])],
      .tooLargeForHalfPrecision(tensor: "big", index: 1, value: 65520)
    ),
  ])
  func refusesWhatReadersCannotTake(tensors: [NamedTensor], error: WeightExportError) {
    #expect(throws: error) { try SafetensorsWriter(precision: .float16).bytes(tensors) }
  }

  @Test func replacesTheFileOrLeavesItAsItWas() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/weights.safetensors"
      try SafetensorsWriter().write(Self.two, to: path)
      let before = try contents(path)
      #expect(try before == SafetensorsWriter().bytes(Self.two))
      let broken = Self.two + [NamedTensor(name: "n", shape: [1], values: [.infinity])]
      #expect(throws: WeightExportError.notFinite(tensor: "n", index: 0)) {
        try SafetensorsWriter().write(broken, to: path)
      }
      #expect(try contents(path) == before)
      try SafetensorsWriter(precision: .float16).write(Self.two, to: path)
      #expect(try contents(path) != before)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["weights.safetensors"])
    }
  }

  @Test func saysWhyAFileCannotBeWritten() throws {
    try withTemporaryFolder { (folder: String) throws -> Void in
      for path in ["\(folder)/missing/weights.safetensors", folder] {
        let error = #expect(throws: WeightExportError.self) {
          try SafetensorsWriter().write(Self.two, to: path)
        }
        guard case .file? = error else {
          Issue.record("\(String(describing: error))")
          continue
        }
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left == [])
    }
  }
}

private func one(_ name: String) -> NamedTensor { NamedTensor(name: name, shape: [1], values: [1]) }
