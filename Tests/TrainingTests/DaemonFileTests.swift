import Faces
import Foundation
import NeuralNetwork
import Tensors
import Testing
import WeightExchange

@testable import Training

@Suite struct DaemonFileTests {
  /// Both sides take the same temperatures.
  @Test(arguments: ["0.04", "0.05", "0.9027", "20", "20.01", "-1", "nan", "abc", ""])
  func temperatures(text: String) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "weights-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try SafetensorsWriter(metadata: ["temperature": text])
      .write([NamedTensor(name: "none", shape: [1], values: [0])], to: path)
    // The daemon refuses this file anyway; its text first.
    let error = #expect(throws: WeightFileError.self) {
      try VGG19EmotionClassifier(weightsPath: path, pool: WorkerPool(workerCount: 1))
    }
    var isRefusedForItsText = false
    if case .wrongMetadata? = error { isRefusedForItsText = true }
    #expect(DaemonFile.accepts(temperature: text) == !isRefusedForItsText)
  }

  @Test func whatTheDaemonRefusesIsSaid() throws {
    try DaemonFile.check(.sevenEmotions, metadata: [:])
    try DaemonFile.check(.sevenEmotions, metadata: ["temperature": "0.84"])
    let merged = Labelling.mergedSadnessNeutral
    #expect(throws: DaemonFileError.otherClasses(merged.classNames)) {
      try DaemonFile.check(merged, metadata: [:])
    }
    #expect(throws: DaemonFileError.temperature("0.01")) {
      try DaemonFile.check(.sevenEmotions, metadata: ["temperature": "0.01"])
    }
    #expect(DaemonFileError.temperature("x").description.contains("0.05 to 20"))
  }
}
