import Foundation
import Tensors
import Testing

@testable import WeightExchange

/// The golden weights of the k-th tensor in Keras's layout, turned by the definition of both layouts.
private func turned(_ k: Int, _ shape: [Int]) -> [Float] {
  let values = sampleValues(k, count: shape.reduce(1, *))
  switch shape.count {
  case 2:
    return (0..<shape[1]).flatMap { output in (0..<shape[0]).map { values[$0 * shape[1] + output] } }
  case 4:
    return (0..<shape[3]).flatMap { output in
      (0..<shape[2]).flatMap { input in
        (0..<shape[0]).flatMap { row in
          (0..<shape[1]).map { values[((row * shape[1] + $0) * shape[2] + input) * shape[3] + output] }
        }
      }
    }
  default: return values
  }
}

/// A tensor as it has to come out: its name and the shape that it has in Keras's file.
private struct Expected: Sendable {
  let name: String
  let shape: [Int]

  init(_ name: String, _ shape: [Int]) {
    self.name = name
    self.shape = shape
  }
}

private let convolutionAndDense = [
  Expected("block1_conv1.weight", [3, 3, 3, 2]), Expected("block1_conv1.bias", [2]),
  Expected("output_layer.weight", [2, 7]), Expected("output_layer.bias", [7]),
]

@Suite struct KerasWeightsTests {
  @Test(arguments: [
    (
      "keras1.h5",
      [
        Expected("block1_conv1.weight", [3, 3, 3, 2]), Expected("block1_conv1.bias", [2]),
        Expected("block1_conv2.weight", [3, 2, 2, 3]), Expected("block1_conv2.bias", [3]),
      ]
    ),
    ("keras2-checkpoint.hdf5", convolutionAndDense),
    ("keras2-encodings.hdf5", convolutionAndDense),
    ("split-names.h5", convolutionAndDense),
    (
      "keras2-nested.hdf5",
      [
        Expected("block1_conv1.weight", [3, 3, 3, 2]), Expected("block1_conv1.bias", [2]),
        Expected("block1_conv2.weight", [3, 3, 2, 2]), Expected("block1_conv2.bias", [2]),
        Expected("normalization.gamma", [2]), Expected("normalization.beta", [2]),
        Expected("output_layer.weight", [2, 7]), Expected("output_layer.bias", [7]),
      ]
    ),
  ])
  private func readsEveryLayoutOfKeras(file: String, expected: [Expected]) throws {
    let weights = try KerasWeights(path: golden(file))
    #expect(weights.tensors.map(\.name) == expected.map(\.name))
    for (index, (tensor, wanted)) in zip(weights.tensors, expected).enumerated() {
      let shape = wanted.shape
      #expect(
        tensor.shape
          == (shape.count < 2 ? shape : [shape[shape.count - 1], shape[shape.count - 2]] + shape.dropLast(2)))
      #expect(tensor.values.array == turned(index, shape), "\(tensor.name)")
    }
  }

  @Test func tellsLayersAndModel() throws {
    let flat = try KerasWeights(path: golden("keras1.h5"))
    #expect(flat.layerNames == ["input_1", "block1_conv1", "block1_conv2", "block1_pool"])
    #expect(flat.modelConfiguration == nil)
    #expect(flat.kerasVersion == nil)
    let model = try KerasWeights(path: golden("keras2-checkpoint.hdf5"))
    #expect(
      model.layerNames == ["image_input", "block1_conv1", "global_average_pooling2d", "output_layer"])
    #expect(model.modelConfiguration?.hasPrefix(#"{"class_name": "Functional""#) == true)
    #expect(model.kerasVersion?.hasPrefix("2.") == true)
    #expect(model["output_layer.bias"]?.shape == [7])
    #expect(model["output_layer.kernel"] == nil)
  }

  private static let bias = "block1_conv1/block1_conv1/bias:0"

  @Test(arguments: [
    ("wrong-soft-link.h5", bias, KerasFileError.Reason.linked),
    ("wrong-external-link.h5", bias, .linked),
    ("wrong-external-storage.h5", bias, .linked),
    ("wrong-virtual.h5", bias, .linked),
    ("wrong-missing.h5", bias, .missing),
    ("wrong-group.h5", bias, .wrongKind(expected: "a dataset")),
    ("wrong-integers.h5", bias, .unsupportedType("integer")),
    ("wrong-float-format.h5", bias, .unsupportedType("float of 4 bytes that is not IEEE 754's")),
    ("wrong-filter.h5", bias, .unsupportedStorage("filter 32000")),
    ("wrong-nan.h5", bias, .notFinite(index: 1)),
    ("wrong-overflow.h5", bias, .notFinite(index: 0)),
    ("wrong-unwritten.h5", bias, .damaged(reading: "its values")),
    ("wrong-empty.h5", bias, .unsupportedShape([0])),
    ("wrong-huge.h5", bias, .tooLarge(what: "bytes", amount: 1 << 42, limit: 512 << 20)),
    ("wrong-huge-chunk.h5", bias, .tooLarge(what: "bytes in a chunk", amount: 1 << 30, limit: 64 << 20)),
    ("wrong-backend.h5", "/", .unsupportedBackend("theano")),
    ("wrong-twice.h5", "block1_conv1/block1_conv1/kernel:0", .duplicate(name: "block1_conv1.weight")),
    ("wrong-names.h5", "/@layer_names", .wrongKind(expected: "text")),
    ("wrong-keras3.weights.h5", "/", .notKeras),
    ("small-vgg19.onnx", "/", .notHDF5),
  ])
  func saysWhatIsWrongAndWhere(file: String, place: String, reason: KerasFileError.Reason) {
    #expect(throws: KerasFileError(path: golden(file), place: place, reason: reason)) {
      try KerasWeights(path: golden(file))
    }
  }

  @Test func refusesWhatIsNoRegularFile() throws {
    try withTemporaryFolder { folder in
      let pipe = "\(folder)/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      for path in [folder, pipe, "/dev/zero"] {
        #expect(throws: KerasFileError(path: path, place: "/", reason: .unreadable("not a regular file"))) {
          try KerasWeights(path: path)
        }
      }
      let missing = "\(folder)/missing.h5"
      #expect(
        throws: KerasFileError(path: missing, place: "/", reason: .unreadable("No such file or directory"))
      ) { try KerasWeights(path: missing) }
    }
  }

  @Test func keepsToItsLimits() {
    func reason(_ set: (inout KerasWeights.Limits) -> Void) -> KerasFileError.Reason? {
      var limits = KerasWeights.Limits()
      set(&limits)
      do throws(KerasFileError) {
        _ = try KerasWeights(path: golden("keras2-nested.hdf5"), limits: limits)
        return nil
      } catch { return error.reason }
    }
    #expect(reason { _ in } == nil)
    #expect(reason { $0.tensorBytes = 215 } == .tooLarge(what: "bytes", amount: 216, limit: 215))
    // The first convolution takes 216 + 8 bytes.
    #expect(reason { $0.totalBytes = 300 } == .tooLarge(what: "bytes", amount: 144, limit: 76))
    #expect(reason { $0.names = 3 } == .tooLarge(what: "names", amount: 4, limit: 3))
    #expect(reason { $0.textBytes = 4 } == .tooLarge(what: "bytes of text", amount: 7, limit: 4))
    if case .tooLarge("bytes", _, 100)? = reason({ $0.fileBytes = 100 }) {} else { Issue.record() }
  }

  @Test func isReadFromManyThreadsAtOnce() {
    let names = ["keras1.h5", "keras2-nested.hdf5", "keras2-encodings.hdf5", "wrong-nan.h5"]
    DispatchQueue.concurrentPerform(iterations: 40) { index in
      let weights = try? KerasWeights(path: golden(names[index % 4]))
      #expect(weights?.tensors.count == [4, 8, 4, nil][index % 4])
    }
  }
}

@Suite struct DamagedKerasFileTests {
  /// Every changed or cut file either still reads or throws. A sample: with these changes of every single byte, and cut
  /// at every byte, libhdf5 1.10.8 survives, while changes of several numbers at once can crash it.
  @Test(arguments: ["keras1.h5", "keras2-nested.hdf5", "keras2-encodings.hdf5", "wrong-backend.h5"])
  func survivesDamage(file: String) throws {
    let original = try contents(golden(file))
    var random = SeededGenerator(seed: 7)
    var readable = 0
    try withTemporaryFolder { folder in
      let path = "\(folder)/damaged.h5"
      for round in 0..<200 {
        var bytes = original
        if round % 4 == 0 {
          bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
        } else {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= round % 2 == 0 ? 1 : 255
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        do throws(KerasFileError) {
          let weights = try KerasWeights(path: path)
          #expect(weights.tensors.allSatisfy { $0.values.array.allSatisfy(\.isFinite) })
          readable += 1
        } catch { #expect(error.path == path) }
      }
    }
    // Damage to unused bytes and to values passes, cut files do not.
    #expect(readable < 150)
  }
}

@Suite struct KerasWeightNameTests {
  @Test(arguments: [
    ("block1_conv1", "block1_conv1_W_1:0", "block1_conv1.weight"),
    ("block1_conv1", "block1_conv1_b_1:0", "block1_conv1.bias"),
    ("dense_2", "dense_2_W", "dense_2.weight"),
    ("block1_conv1", "block1_conv1/kernel:0", "block1_conv1.weight"),
    ("dense", "dense/kernel_3:0", "dense.weight"),
    ("vgg19", "block1_conv1/bias:0", "block1_conv1.bias"),
    ("vgg19", "model/block1_conv1/kernel", "block1_conv1.weight"),
    ("bn", "bn/moving_variance:0", "bn.moving_variance"),
    ("bn", "bn_gamma:0", "bn.gamma"),
    ("odd", "_1", "odd._1"),
    ("odd", "", "odd."),
  ])
  func followsTheConvention(layer: String, weight: String, name: String) {
    #expect(KerasWeightName(layer: layer, weight: weight).text == name)
  }

  @Test func refusesKernelsOfOtherRanks() {
    let name = KerasWeightName(layer: "conv1d", weight: "conv1d/kernel:0")
    #expect(name.tensor(shape: [3, 1, 2], values: FloatStorage(zeros: 6)) == nil)
    #expect(name.tensor(shape: [], values: FloatStorage(zeros: 1)) == nil)
  }
}
