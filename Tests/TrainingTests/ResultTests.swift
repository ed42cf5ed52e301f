import Datasets
import DurableFiles
import Evaluation
import Faces
import Foundation
import NeuralNetwork
import Tensors
import Testing
import WeightExchange

@testable import Training

@Suite struct ResultTests {
  private static func document(
    _ name: String, correct: Int, isUnchanged: Bool = true
  ) throws -> ReportDocument {
    let labels = Array(repeating: [0, 1, 2], count: 4).flatMap { $0 }
    let data = SmallTask.data(count: 12)
    var result = ModelResult(name: name, title: "A test", data: data)
    let said = labels.enumerated().map { $0 < correct ? $1 : ($1 + 1) % 3 }
    try result.add(PartPredictions(part: "test", places: Array(0..<12), data: data, predictedLabels: said))
    result.isUnchanged = isUnchanged
    return result.document()
  }

  @Test func theNotebooksLineStandsAboveOurs() throws {
    let table = SummaryTable([
      try Self.document("svm", correct: 9), try Self.document("svm-corrected", correct: 12),
    ])
    let rows = table.table.rows
    #expect(
      rows.map { $0.prefix(2) } == [["svm", "notebook"], ["svm", "ours"], ["svm-corrected", "ours"]])
    #expect(rows[0][6] == "0.4276")
    #expect(rows[1][6] == "0.7500")
    #expect(rows[2][6] == "1.0000")
    #expect(table.csv.rows.map { $0[5] } == ["0.750000", "1.000000"])
    #expect(table.csv.rows.allSatisfy { $0.count == SummaryTable.csvColumns.count })
  }

  /// What is not the notebook's experiment, or was only measured, has no line of the notebook's above it.
  @Test func otherResultsStandAlone() throws {
    let changed = try Self.document("svm", correct: 9, isUnchanged: false)
    #expect(SummaryTable([changed]).table.rows.map { $0[1] } == ["ours"])
    #expect(SummaryTable([changed]).figure.series.map(\.name) == ["ours"])
    // A version that did not note it wrote runs and, with their file's name, measurements.
    var older = try ReportDocument(
      json: try changed.json().replacing("  \"isUnchanged\" : false,\n", with: ""))
    #expect(older.isUnchanged == nil)
    #expect(older.notebook?.experiment == "svm")
    older.facts["model"] = "svm.safetensors"
    #expect(older.notebook == nil)

    var result = ModelResult(name: "svm", title: "A test", data: SmallTask.data(count: 3))
    #expect(result.notebook == nil)
    result.isUnchanged = true
    #expect(result.notebook?.experiment == "svm")
  }

  @Test func correctedExperimentsAreReadBesideTheirOriginals() {
    #expect(NotebookResults.beside("mlp-corrected")?.experiment == "mlp")
    #expect(NotebookResults.beside("vgg19-best")?.experiment == "vgg19")
    #expect(NotebookResults.beside("mlpx") == nil)
  }

  @Test func aPartOfThePredictionsKeepsWhatWasSaid() throws {
    let data = SmallTask.data(count: 6)
    let logits = (0..<9).map { Float($0 * $0 % 5) }
    let all = PartPredictions(
      part: "test", places: [5, 1, 3], data: data,
      probabilities: try ProbabilityTable(logits: logits, classCount: 3), logits: logits)
    let some = try all.selecting(part: "some", kept: [3, 5, 0], data: data)
    #expect(some.places == [5, 3])
    #expect(some.trueLabels == [data.labels[5], data.labels[3]])
    #expect(some.predictedLabels == [all.predictedLabels[0], all.predictedLabels[2]])
    #expect(some.logits == Array(logits[0..<3] + logits[6..<9]))
  }

  @Test func sadnessAndNeutralBecomeOneClass() {
    let merged = Labelling.mergedSadnessNeutral
    #expect(merged.label(of: .neutral) == merged.label(of: .sadness))
    #expect(Set(Emotion.allCases.map(merged.label)) == Set(0..<6))
    #expect(merged.classNames.count == 6)
    for labelling in Labelling.allCases {
      #expect(Labelling(classNames: labelling.classNames) == labelling)
      for emotion in Emotion.allCases {
        #expect(labelling.classNames[labelling.label(of: emotion)].contains(emotion.name))
      }
    }
  }

  @Test func outputsOfSeveralViewsAreAveragedAsProbabilities() throws {
    // One picture, two views: softmax of (0, 0) and of (log 3, 0).
    let outputs = ViewOutputs(values: [0, 0, log(3), 0], viewCount: 2, classCount: 2, output: .softmax)
    let table = try outputs.probabilities()
    #expect(table.sampleCount == 1)
    #expect(abs(table[0][0] - (0.5 + 0.75) / 2) < 1e-7)
    #expect(outputs.logits == nil)
    let rectified = ViewOutputs(values: [1, 3, 0, 0], viewCount: 1, classCount: 2, output: .normalized)
    #expect(try rectified.probabilities().values == [0.25, 0.75, 0.5, 0.5])
  }

  /// Every experiment's network takes what its inputs give, and ends in its classes.
  @Test func everyExperimentFitsTogether() throws {
    let experiments = NetworkExperiment.all(seed: 1)
    #expect(Set(experiments.map(\.name)).count == experiments.count)
    // VGG19's first values take too long to draw here.
    for experiment in experiments where !experiment.network.startsFromPretrained {
      let layers = experiment.network.layers(side: 48, classCount: 7, store: ParameterStore(seed: 1))
      for (layer, next) in zip(layers, layers.dropFirst()) {
        #expect(layer.outputShape.count == next.inputShape.count, "\(experiment.name): \(next.name)")
      }
      #expect(layers.last?.outputShape.count == 7)
      let input = try experiment.validationInput.input(
        side: 48, data: SmallTask.data(count: 3), training: [0, 1, 2])
      #expect(input.count == layers[0].inputShape.count, "\(experiment.name)")
    }
  }

  /// The notebook's counts of parameters.
  @Test(arguments: [("mlp", 1_353_799), ("cnn", 353_287), ("vgg19", 20_027_975)])
  func networksHaveTheNotebooksParameters(name: String, count: Int) throws {
    let experiment = try #require(NetworkExperiment.all(seed: 1).first { $0.name == name })
    let store = ParameterStore(seed: 1)
    _ = experiment.network.layers(side: 48, classCount: 7, store: store)
    #expect(store.parameters.reduce(0) { $0 + $1.count } == count)
  }
}

@Suite struct RunFolderTests {
  @Test func aFolderKnowsWhatRunsInIt() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = try RunFolder(creating: path)
    var network = NetworkExperiment.mlp(seed: 1)
    #expect(try folder.begin(.network(network), data: "a") == .open)
    #expect(try RunFolder.experiment(in: path) == .network(network))
    try AtomicFile.write("{}", to: folder.file(RunFolder.metricsName))
    #expect(try folder.begin(.network(network), data: "a") == .finished)
    #expect(throws: RunFolderError.otherData(path: path)) { try folder.begin(.network(network), data: "b") }
    // More epochs go on; the old results are no longer the run's.
    network.settings.epochs += 5
    #expect(try folder.begin(.network(network), data: "a") == .open)
    #expect(!FileManager.default.fileExists(atPath: folder.file(RunFolder.metricsName)))
    network.settings.batchSize = 3
    #expect(throws: RunFolderError.otherExperiment(path: path, name: "mlp", sameName: true)) {
      try folder.begin(.network(network), data: "a")
    }
    try folder.clear()
    #expect(try folder.begin(.network(network), data: "b") == .open)
    try AtomicFile.write("not JSON", to: folder.file(RunFolder.experimentName))
    #expect(throws: RunFolderError.self) { try folder.begin(.network(network), data: "b") }
  }

  /// A description is a file like any other: sizes that no network has are an error, not a trap or all the memory.
  @Test(arguments: [
    NetworkKind.perceptron(hidden: [0], dropout: 0.2, rectifiesOutput: false),
    .perceptron(hidden: [512, 1 << 40], dropout: 0.2, rectifiesOutput: true),
    .deepPerceptron(hidden: [Int](repeating: 64, count: 100_000), dropout: 0.2),
    .deepPerceptron(hidden: [64], dropout: 1),
    .smallConvolutional(rectifies: true, widths: [256, 128]),
    .smallConvolutional(rectifies: true, widths: [256, 128, 65]),
    .deepConvolutional(widths: [], dropout: 0),
    .deepConvolutional(widths: [32, 32, 32, 32, 32, 32], dropout: 0),
    .deepConvolutional(widths: [-32], dropout: 0),
    .vgg19(isBatchNormalized: true, dropout: -1),
    .vgg19(isBatchNormalized: true, dropout: 0, trainedConvolutions: 17),
    .transfer(hidden: [64], trainedConvolutions: .min),
  ]) func aNetworkThatCannotBeBuiltIsRefused(kind: NetworkKind) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = try RunFolder(creating: path)
    var network = NetworkExperiment.mlp(seed: 1)
    network.network = kind
    _ = try folder.begin(.network(network), data: "a")
    let fault = try #require(kind.fault)
    #expect(
      throws: RunFolderError.badDescription(path: folder.file(RunFolder.experimentName), reason: fault)
    ) {
      try RunFolder.experiment(in: path)
    }
  }

  @Test func everyExperimentsNetworkCanBeBuilt() {
    for experiment in NetworkExperiment.all(seed: 1) {
      #expect(experiment.network.fault == nil, "\(experiment.name)")
    }
  }

  @Test func aRunGoesOnWithTheWeightsThatItBeganWith() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = try RunFolder(creating: path)
    let network = Experiment.network(NetworkExperiment.mlp(seed: 1))
    func tensors(_ value: Float) -> [NamedTensor] { [NamedTensor(name: "a", shape: [1], values: [value])] }
    let (first, second) = (StartingPoint.pretrained(tensors(1)), StartingPoint.pretrained(tensors(2)))
    #expect(try folder.begin(network, data: "a", start: first.fingerprint) == .open)
    #expect(try folder.begin(network, data: "a", start: first.fingerprint) == .open)
    for other in [second, .continued(tensors(1)), .random] {
      #expect(throws: RunFolderError.self) { try folder.begin(network, data: "a", start: other.fingerprint) }
    }
    try folder.clear()
    // A folder of a version that did not note it.
    #expect(try folder.begin(network, data: "a") == .open)
    #expect(try folder.begin(network, data: "a", start: second.fingerprint) == .open)
    try AtomicFile.write("{}", to: folder.file(RunFolder.metricsName))
    #expect(try folder.begin(network, data: "a", start: first.fingerprint) == .finished)
  }

  @Test func whatAKilledProcessWasWritingIsRemoved() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = try RunFolder(creating: path)
    for name in [".checkpoint.safetensors.1y2p0ij32e8e7.tmp", ".hidden", "mine.tmp"] {
      try AtomicFile.write("x", to: folder.file(name))
    }
    _ = try folder.begin(.network(NetworkExperiment.mlp(seed: 1)), data: "a")
    let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    #expect(names == [".hidden", "experiment.json", "mine.tmp"])
  }

  /// The test part may be left out of results, and added later.
  @Test func resultsWithoutTheTestPartAreNotAllThereIs() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = try RunFolder(creating: path)
    let network = Experiment.network(NetworkExperiment.mlp(seed: 1))
    #expect(try folder.begin(network, data: "a", leavesOutTest: true) == .open)
    for name in [RunFolder.metricsName, RunFolder.reportName] {
      try AtomicFile.write("{}", to: folder.file(name))
    }
    #expect(try folder.state(of: network, data: "a", leavesOutTest: true) == .finished)
    #expect(try folder.state(of: network, data: "a") == .open)
    #expect(FileManager.default.fileExists(atPath: folder.file(RunFolder.metricsName)))
    #expect(try folder.begin(network, data: "a") == .open)
    for name in [RunFolder.metricsName, RunFolder.reportName] {
      #expect(!FileManager.default.fileExists(atPath: folder.file(name)))
    }
    try AtomicFile.write("{}", to: folder.file(RunFolder.metricsName))
    #expect(try folder.state(of: network, data: "a", leavesOutTest: true) == .finished)
    #expect(try folder.state(of: network, data: "a") == .finished)
  }

  @Test func aFolderIsKeptForOneAtATime() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = try RunFolder(creating: path)
    do {
      let lock = try folder.lock()
      #expect(throws: RunFolderError.inUse(path: path)) { try folder.lock() }
      withExtendedLifetime(lock) {}
    }
    _ = try folder.lock()
    // What the lock leaves is no part of a run.
    try folder.clear()
    _ = try folder.lock()
  }

  @Test func picturesThatTrainedNothingLimitNothing() {
    #expect(EvaluationProtocol.official.caveat(trainedOn: .leakFree) == nil)
    for training in [EvaluationProtocol.official, .notebook, nil] {
      #expect(EvaluationProtocol.official.caveat(trainedOn: training)?.contains("288") == true)
    }
    #expect(EvaluationProtocol.notebook.caveat(trainedOn: .notebook) == EvaluationProtocol.notebook.caveat)
  }

  @Test func whatTrainedANetworkDecidesWhatItsFiguresAreWorth() {
    #expect(EvaluationProtocol.leakFree.isFair(measuredOn: .official))
    for parts in EvaluationProtocol.allCases { #expect(parts.isFair(measuredOn: parts)) }
    for parts in [EvaluationProtocol.notebook, .notebookVGG19, .official] {
      #expect(!parts.isFair(measuredOn: .leakFree), "\(parts)")
    }
  }

  @Test func theFingerprintTellsPicturesApart() {
    let data = SmallTask.data(count: 6).pictures
    let text = DataFingerprint.text(of: data)
    #expect(text == DataFingerprint.text(of: data.selecting(Array(0..<6))))
    #expect(text != DataFingerprint.text(of: data.selecting([1, 0, 2, 3, 4, 5])))
    #expect(text != DataFingerprint.text(of: data.selecting(Array(0..<5))))
  }
}
