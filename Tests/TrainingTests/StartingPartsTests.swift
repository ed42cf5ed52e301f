import Testing

@testable import Training

/// Weights that have seen what an experiment is judged by must not begin it.
@Suite struct StartingPartsTests {
  @Test func refusesWeightsThatKnowTheTest() throws {
    let best = NetworkExperiment.best(seed: 1)
    #expect(throws: ExperimentError.self) {
      try StartingParts.known(.notebookVGG19).check(best, path: "run/model.safetensors")
    }
    #expect(throws: ExperimentError.self) {
      try StartingParts.known(.leakFree).check(.vgg19(seed: 1), path: "model.safetensors")
    }
    #expect(try StartingParts.known(.leakFree).check(best, path: "model.safetensors") == nil)
    var official = best
    official.evaluation = .official
    #expect(try StartingParts.known(.leakFree).check(official, path: "model.safetensors") == nil)
    #expect(try StartingParts.foreign.check(best, path: "vgg19.h5") == nil)
  }

  @Test func saysWhatNobodyKnows() throws {
    let caveat = try StartingParts.unknown.check(.best(seed: 1), path: "other.safetensors")
    #expect(caveat?.contains("other.safetensors") == true)
  }
}
