import Foundation
import NeuralNetwork
import Testing
import WeightExchange

@testable import Training

/// What is known of the pictures that trained a network.
@Suite struct TrainingOriginTests {
  @Test func randomPartsAreThoseOfTheirDataOnly() {
    for parts in EvaluationProtocol.allCases {
      let origin = TrainingOrigin(evaluation: parts, data: "a")
      #expect(origin.parts(on: "a") == parts)
      let elsewhere: EvaluationProtocol? = parts.isRandom ? nil : parts
      #expect(origin.parts(on: "b") == elsewhere)
    }
    #expect(TrainingOrigin(evaluation: .notebook, data: "a").doubt(on: "b") == .otherData)
    // A file of a version that did not note the data.
    #expect(TrainingOrigin(evaluation: .notebook).parts(on: "b") == .notebook)
    #expect(TrainingOrigin().doubt(on: "a") == .unsaid)
  }

  @Test func aRunSaysWhereItsNetworkComesFrom() throws {
    try withTemporaryFolder { path in
      let folder = try RunFolder(creating: path)
      let experiment = Experiment.network(NetworkExperiment.mlp(seed: 1))
      let metadata = ["training_parts": "official", "training_pictures": "b"]
      let bytes = try SafetensorsWriter(metadata: metadata).bytes([
        NamedTensor(name: "a", shape: [1], values: [1])
      ])
      let file = try Safetensors(bytes: bytes)
      func origin() throws -> TrainingOrigin {
        try TrainedModel.origin(of: file, path: folder.file(RunFolder.networkName))
      }
      #expect(try origin() == TrainingOrigin(evaluation: .official, data: "b"))
      _ = try folder.begin(experiment, data: "a", hasUnknownStart: true)
      #expect(try origin().doubt(on: "a") == .unknownStart)
      #expect(try origin().parts(on: "a") == nil)
      // Nothing stands there where nothing is to be said, as in older versions.
      _ = try folder.begin(experiment, data: "a")
      #expect(try origin() == TrainingOrigin(evaluation: .notebook, data: "a"))
      let text = try String(contentsOfFile: folder.file(RunFolder.experimentName), encoding: .utf8)
      #expect(!text.contains("hasUnknownStart"))
    }
  }
}
