import Foundation
import Testing
import WeightExchange

@testable import Training

/// Files of other kinds than safetensors where a network is asked for.
@Suite struct TrainedModelFilesTests {
  private static func golden(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../WeightExchangeTests/Golden/\(name)").standardizedFileURL.path
  }

  /// By `scripts/golden-keras`.
  @Test func kerasTensorsAreRead() throws {
    let path = Self.golden("keras2-checkpoint.hdf5")
    let tensors = try KerasWeights(path: path).tensors
    #expect(!tensors.isEmpty)
    let file = try TrainedModel.read(path)
    #expect(Set(file.entries.keys) == Set(tensors.map(\.name)))
    for tensor in tensors {
      #expect(try file.tensor(tensor.name, shape: tensor.shape).array == tensor.values.array)
    }
  }

  @Test func damagedKerasFilesAreNamed() {
    let path = Self.golden("wrong-missing.h5")
    let error = #expect(throws: TrainedModelError.self) { try TrainedModel.read(path) }
    #expect(error?.description.contains("wrong-missing.h5") == true)
  }

  @Test func aSupportVectorMachineIsSaidToBeOne() {
    let error = #expect(throws: TrainedModelError.self) { try TrainedModel.read("run/model.svm") }
    #expect(error == .supportVectors(path: "run/model.svm"))
    #expect(error?.description.contains("support vector machine") == true)
  }
}
