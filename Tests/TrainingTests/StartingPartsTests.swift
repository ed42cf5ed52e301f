import Testing
import WeightExchange

@testable import Training

/// Weights that have seen what an experiment is judged by must not begin it.
@Suite struct StartingPartsTests {
  private static func said(_ parts: EvaluationProtocol) -> StartingParts {
    .said(TrainingOrigin(evaluation: parts, data: "a"))
  }

  @Test func refusesWeightsThatKnowTheTest() throws {
    let best = NetworkExperiment.best(seed: 1)
    #expect(throws: ExperimentError.self) {
      try Self.said(.notebookVGG19).check(best, path: "run/model.safetensors", data: "a")
    }
    #expect(throws: ExperimentError.self) {
      try Self.said(.leakFree).check(.vgg19(seed: 1), path: "model.safetensors", data: "a")
    }
    #expect(try Self.said(.leakFree).check(best, path: "model.safetensors", data: "a") == nil)
    var official = best
    official.evaluation = .official
    #expect(try Self.said(.leakFree).check(official, path: "model.safetensors", data: "a") == nil)
    #expect(try StartingParts.foreign.check(best, path: "vgg19.h5", data: "a") == nil)
  }

  @Test func saysWhatNobodyKnows() throws {
    let origins = [
      TrainingOrigin(), TrainingOrigin(evaluation: .notebook, data: "b"),
      TrainingOrigin(evaluation: .leakFree, data: "a", hasUnknownStart: true),
    ]
    let caveats = try origins.map { origin in
      let parts = StartingParts.said(origin)
      #expect(parts.isUnknown(on: "a"))
      return try parts.check(.best(seed: 1), path: "other.safetensors", data: "a")
    }
    for caveat in caveats { #expect(caveat?.contains("other.safetensors") == true) }
    #expect(Set(caveats).count == 3)
    for parts in [StartingParts.foreign, Self.said(.leakFree)] { #expect(!parts.isUnknown(on: "a")) }
  }

  /// The notebook's own file is one of Keras's too, and its network has seen FER2013.
  @Test func aFileOfKerassWithAnOutputLayerIsOfUnknownParts() throws {
    let notop = [NamedTensor(name: "block1_conv1.weight", shape: [1], values: [0])]
    let whole = notop + [NamedTensor(name: "output_layer.bias", shape: [1], values: [0])]
    #expect(StartingParts(keras: notop, isContinued: false) == .foreign)
    for parts in [
      StartingParts(keras: whole, isContinued: false), StartingParts(keras: notop, isContinued: true),
    ] {
      let caveat = try parts.check(.vgg19(seed: 1), path: "model_18.hdf5", data: "a")
      #expect(caveat?.contains("model_18.hdf5") == true)
    }
  }
}
