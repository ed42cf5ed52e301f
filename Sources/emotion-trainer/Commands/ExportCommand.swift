import ArgumentParser
import NeuralNetwork
import Training
import WeightExchange

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Folds batch norm and writes the daemon's weight file, half precision unless told otherwise.",
    discussion: """
      With --onnx also, or only, a file for ONNX Runtime and others, in single precision; its probabilities are those at \
      the temperature. What the source file says of itself is kept where nothing else is said here. A file that \
      emotiond would refuse, of other classes or another temperature than \(DaemonFile.temperatureText), is not written.
      """)

  @Argument(
    help: ArgumentHelp(
      "VGG19 of a run, model.safetensors or best.safetensors, the daemon's own file, or Keras's (.h5, .hdf5)."
    )
  )
  var weights: String

  @Argument(help: "The daemon's file to write; may be left out with --onnx.")
  var output: String?

  @Option(help: "The ONNX file to write.")
  var onnx: String?

  @Flag(help: "Single precision: twice the size.")
  var single = false

  @Option(help: "What logits are to be divided by, as evaluate finds it; goes into the metadata.")
  var temperature: Double?

  @Option(help: "key=value for the file's metadata; may be repeated.")
  var metadata: [String] = []

  func validate() throws {
    guard output != nil || onnx != nil else { throw ValidationError("name a file to write, or --onnx FILE") }
    if let temperature, !(temperature > 0 && temperature.isFinite) {
      throw ValidationError("--temperature must be above 0")
    }
    if output != nil, let text = try facts()["temperature"], !DaemonFile.accepts(temperature: text) {
      throw ValidationError(
        "emotiond takes a temperature from \(DaemonFile.temperatureText), not \(text); with --onnx alone others are "
          + "written too")
    }
  }

  func run() throws {
    let file = try TrainedModel.read(weights)
    let labelling = try TrainedModel.labelling(of: file, path: weights)
    var known = file.metadata.merging(try facts(), uniquingKeysWith: { _, new in new })
    // Before anything is written.
    if output != nil { try DaemonFile.check(labelling, metadata: known) }
    let tensors: [NamedTensor]
    do { tensors = try TrainedModel.daemonTensors(of: file, labelling) } catch {
      throw TrainedModelError.weights(path: weights, error)
    }
    let origin = try TrainedModel.origin(of: file, path: weights)
    if origin.hasUnknownStart {
      known[TrainedModel.trainingPartsKey] = nil
    } else if let parts = origin.evaluation {
      known[TrainedModel.trainingPartsKey] = parts.name
      // Of other parts the name says it all.
      known[TrainedModel.trainingPicturesKey] = parts.isRandom ? origin.data : nil
    }
    known["labels"] = labelling.classNames.joined(separator: ",")
    known["architecture"] =
      "VGG19 without top, global average pooling, dense \(labelling.classNames.count)"
    if let output {
      var own = known
      own["input"] = "48x48 grey, repeated on three planes, divided by 255"
      try SafetensorsWriter(precision: single ? .float32 : .float16, metadata: own).write(tensors, to: output)
      print("\(output): \(tensors.count) tensors")
    }
    if let onnx {
      try ONNXModel.vgg19(tensors: tensors, labels: labelling.classNames, metadata: known).write(to: onnx)
      print("\(onnx): ONNX, input face [batch, 1, 48, 48], outputs logits and probabilities")
    }
  }

  private func facts() throws -> [String: String] {
    var facts: [String: String] = [:]
    for entry in metadata {
      guard let split = entry.firstIndex(of: "="), split != entry.startIndex else {
        throw ValidationError("--metadata \(entry): not key=value")
      }
      facts[String(entry[..<split])] = String(entry[entry.index(after: split)...])
    }
    if let temperature { facts["temperature"] = String(temperature) }
    return facts
  }
}
