import Datasets
import Faces
import Foundation
import NeuralNetwork
import Tensors
import WeightExchange

/// Opens networks from whatever file they are in: the daemon's, or one of a run.
public enum TrainedModel {
  /// Where a file's metadata say on which parts of FER2013 the network was trained.
  public static let trainingPartsKey = "training_parts"
  /// Where a file's metadata say of which pictures those parts are: their ``DataFingerprint``.
  public static let trainingPicturesKey = "training_pictures"

  /// Which pictures trained a file's network, as its run or, elsewhere, its metadata say.
  public static func origin(of file: Safetensors, path: String) throws(RunFolderError) -> TrainingOrigin {
    if let (run, network) = try run(of: path) {
      return TrainingOrigin(
        evaluation: network.evaluation, data: run.data, hasUnknownStart: run.hasUnknownStart ?? false)
    }
    let name = file.metadata[trainingPartsKey]
    return TrainingOrigin(
      evaluation: EvaluationProtocol.allCases.first { $0.name == name },
      data: file.metadata[trainingPicturesKey])
  }

  /// The network's run in whose folder a file is; nil where it is in none.
  private static func run(
    of path: String
  ) throws(RunFolderError) -> (run: RunFolder.Description, network: NetworkExperiment)? {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    guard let description = try RunFolder.description(in: folder),
      case .network(let network) = description.experiment
    else { return nil }
    return (description, network)
  }

  /// Opens a network.
  ///
  /// A file in a run's folder is the network of the run's experiment. Elsewhere it is VGG19, with batch norm or without,
  /// which its tensors tell.
  ///
  /// - Parameters:
  ///   - path: A safetensors file.
  ///   - pictures: The whole data set that it is to answer for. A network whose pixels are scaled by what its training
  ///     pictures have is opened only with those of its run.
  ///   - pool: Who computes.
  /// - Throws: ``TrainedModelError``, ``RunFolderError``, `SplitError`, ``TrainingError``.
  public static func open(
    _ path: String, pictures: FacePictures, pool: WorkerPool
  ) throws -> PictureClassifier {
    let file = try read(path)
    let origin = try origin(of: file, path: path)
    let data = DataFingerprint.text(of: pictures)
    var metadata = file.metadata
    metadata[trainingPartsKey] = origin.parts(on: data)?.name
    let classifier = try open(
      file, path: path, metadata: metadata, pictures: pictures, data: data, pool: pool)
    classifier.origin = origin
    classifier.doubt = origin.doubt(on: data)
    return classifier
  }

  private static func open(
    _ file: Safetensors, path: String, metadata: [String: String], pictures: FacePictures, data: String,
    pool: WorkerPool
  ) throws -> PictureClassifier {
    if let (run, network) = try run(of: path) {
      if case .vgg19 = network.network {
      } else {
        if network.trainingInput.isFitted, run.data != data { throw TrainedModelError.otherData(path: path) }
        return try open(
          file, path: path, of: network, metadata: metadata, pictures: pictures, pool: pool)
      }
    }
    let labelling = try labelling(of: file, path: path)
    do {
      return try PictureClassifier(
        file: try Safetensors(bytes: SafetensorsWriter().bytes(daemonTensors(of: file, labelling))),
        labelling: labelling, metadata: metadata, pool: pool)
    } catch let error as WeightFileError {
      throw TrainedModelError.weights(path: path, error)
    }
  }

  /// The tensors of the daemon's weight file, with batch norm folded into the convolutions.
  ///
  /// - Parameters:
  ///   - file: VGG19 of a run, or the daemon's own.
  ///   - labelling: Its classes.
  /// - Throws: `WeightFileError` for a file of another network.
  public static func daemonTensors(
    of file: Safetensors, _ labelling: Labelling
  ) throws(WeightFileError) -> [NamedTensor] {
    let isBatchNormalized = file.entries["block1_norm1.weight"] != nil
    let isDaemons = file.entries["block1_conv1.weight"]?.shape.dropFirst().first == 3
    let store = ParameterStore()
    _ = VGG19.layers(
      form: VGG19.TrainingForm(isBatchNormalized: isBatchNormalized),
      classCount: labelling.classNames.count, store: store)
    var tensors: [NamedTensor] = []
    for parameter in store.parameters {
      var shape = parameter.shape
      if isDaemons, parameter.name == "block1_conv1.weight" { shape[1] = 3 }
      let values = try file.tensor(parameter.name, shape: shape)
      if isDaemons {
        tensors.append(NamedTensor(name: parameter.name, shape: shape, values: values))
      } else {
        parameter.setRowMajor(values.array)
      }
    }
    return isDaemons
      ? tensors : BatchNormFolding.daemonTensors(of: store, isBatchNormalized: isBatchNormalized)
  }

  /// The classes of a file: what its metadata say, or as many as its last layer has.
  public static func labelling(
    of file: Safetensors, path: String
  ) throws(TrainedModelError) -> Labelling {
    guard let shape = file.entries["output_layer.weight"]?.shape, let count = shape.first else {
      throw .weights(path: path, .missing(tensor: "output_layer.weight"))
    }
    if let text = file.metadata["labels"] {
      let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard let labelling = Labelling(classNames: names), names.count == count else {
        throw .otherLabels(path: path, labels: text, outputs: count)
      }
      return labelling
    }
    guard let labelling = Labelling.allCases.first(where: { $0.classNames.count == count }) else {
      throw .otherLabels(path: path, labels: "", outputs: count)
    }
    return labelling
  }

  private static func open(
    _ file: Safetensors, path: String, of experiment: NetworkExperiment, metadata: [String: String],
    pictures: FacePictures, pool: WorkerPool
  ) throws -> PictureClassifier {
    let store = ParameterStore()
    let layers = experiment.network.layers(
      side: VGG19.inputSide, classCount: experiment.labelling.classNames.count, store: store)
    do {
      for parameter in store.parameters {
        parameter.setRowMajor(try file.tensor(parameter.name, shape: parameter.shape).array)
      }
    } catch {
      throw TrainedModelError.weights(path: path, error)
    }
    var metadata = metadata
    metadata["experiment"] = experiment.name
    return try PictureClassifier(
      layers: layers, experiment: experiment, metadata: metadata, pictures: pictures, pool: pool)
  }
}

extension PictureClassifier {
  /// The network of an experiment on layers that have their weights.
  convenience init(
    layers: [any Layer], experiment: NetworkExperiment, metadata: [String: String], pictures: FacePictures,
    pool: WorkerPool
  ) throws {
    var fixed: (any PictureInput)?
    if experiment.trainingInput.isFitted {
      let (chosen, split) = try experiment.evaluation.split(pictures)
      let data = TrainingData(
        pictures: chosen, labels: chosen.labels.map { experiment.labelling.label(of: $0) },
        classNames: experiment.labelling.classNames)
      fixed = try experiment.trainingInput.input(side: VGG19.inputSide, data: data, training: split.train)
    }
    self.init(
      layers: layers, labelling: experiment.labelling, metadata: metadata,
      output: experiment.loss == .normalizedCrossEntropy ? .normalized : .softmax,
      fixedInput: fixed, pool: pool)
  }
}

/// Why a network cannot be opened.
public enum TrainedModelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, or a tensor in it.
  case weights(path: String, WeightFileError)
  /// Keras's file, or a tensor in it.
  case keras(KerasFileError)
  /// A tensor of Keras's file that no other file could hold.
  case kerasTensor(path: String, WeightExportError)
  /// A support vector machine.
  case supportVectors(path: String)
  /// Its classes are not those of FER2013.
  case otherLabels(path: String, labels: String, outputs: Int)
  /// Its pixels are scaled by what its training pictures have, and other pictures were given.
  case otherData(path: String)

  /// One line for the terminal.
  public var description: String {
    switch self {
    case .keras(let error): error.description
    case .kerasTensor(let path, let error): "\(path): \(error)"
    case .supportVectors(let path):
      "\(path) is a support vector machine, and this takes networks: its figures were written when it was trained, beside it"
    case .weights(let path, let error):
      if case .unreadable = error { error.description } else { "\(path): \(error)" }
    case .otherLabels(let path, let labels, let outputs):
      "\(path): the network has \(outputs) outputs\(labels.isEmpty ? "" : " for \(labels)"); needed are "
        + Labelling.allCases.map { $0.classNames.joined(separator: ",") }.joined(separator: " or ")
    case .otherData(let path):
      "\(path) was trained on other data, and its pixels are scaled by what its training pictures have; give the data of "
        + "its run"
    }
  }
}
