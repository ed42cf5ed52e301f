import ArgumentParser
import NeuralNetwork
import Training
import WeightExchange

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Folds batch norm and writes the daemon's weight file, half precision unless told otherwise.")

  @Argument(help: "Weights of a training run: best.safetensors.")
  var weights: String

  @Argument(help: "The file to write.")
  var output: String

  @Flag(help: "Single precision: twice the size.")
  var single = false

  @Option(help: "key=value for the file's metadata; may be repeated.")
  var metadata: [String] = []

  func run() throws {
    let file = try Safetensors(path: weights)
    let isBatchNormalized = file.entries["block1_norm1.weight"] != nil
    let store = ParameterStore(seed: 0)
    _ = VGG19.layers(
      form: VGG19.TrainingForm(isBatchNormalized: isBatchNormalized), classCount: 7, store: store)
    for parameter in store.parameters {
      parameter.setRowMajor(try file.tensor(parameter.name, shape: parameter.shape).array)
    }
    var facts = [
      "architecture": "VGG19 without top, global average pooling, dense 7",
      "labels": "anger,disgust,fear,happiness,sadness,surprise,neutral",
      "input": "48x48 grey, repeated on three planes, divided by 255",
    ]
    for entry in metadata {
      guard let split = entry.firstIndex(of: "=") else {
        throw ValidationError("--metadata \(entry): not key=value")
      }
      facts[String(entry[..<split])] = String(entry[entry.index(after: split)...])
    }
    let tensors = BatchNormFolding.daemonTensors(of: store, isBatchNormalized: isBatchNormalized)
    try SafetensorsWriter(precision: single ? .float32 : .float16, metadata: facts).write(tensors, to: output)
    print("\(output): \(tensors.count) tensors")
  }
}
