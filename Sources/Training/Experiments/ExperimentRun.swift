import Datasets
import Evaluation
import Foundation
import NeuralNetwork
import Tensors
import WeightExchange

/// An experiment at work: its pictures, its network, its folder of results.
public final class ExperimentRun {
  /// What is run.
  public let experiment: NetworkExperiment
  /// The pictures it runs on.
  public let data: TrainingData
  /// Which of them train, choose and test.
  public let split: Split
  /// The network's parameters.
  public let store: ParameterStore

  /// What a teacher says of the training pictures; nil for no teacher.
  var teacherTargets: TeacherTargets?

  let allPictures: FacePictures
  let pool: WorkerPool
  let folder: String

  /// The file of the run's state within its folder.
  public static let checkpointName = "checkpoint.safetensors"
  /// The file of the best epoch's weights within its folder.
  public static let bestName = "best.safetensors"
  /// The file of the history within its folder.
  public static let historyName = "history.csv"

  /// - Parameters:
  ///   - experiment: What is run.
  ///   - pictures: The whole data set.
  ///   - start: What the parameters begin with.
  ///   - folder: Where checkpoint, weights and history go; made where it is missing.
  ///   - pool: Who computes.
  /// - Throws: `SplitError`, ``ExperimentError``, and what making the folder throws.
  public init(
    experiment: NetworkExperiment, pictures: FacePictures, start: StartingPoint = .random, folder: String,
    pool: WorkerPool
  ) throws {
    self.experiment = experiment
    allPictures = pictures
    self.folder = folder
    self.pool = pool
    let labelling = experiment.labelling
    let (chosen, split) = try experiment.evaluation.split(pictures)
    self.split = split
    data = TrainingData(
      pictures: chosen, labels: chosen.labels.map { labelling.label(of: $0) },
      classNames: labelling.classNames)
    store = ParameterStore(seed: experiment.settings.seed)
    _ = experiment.network.layers(side: VGG19.inputSide, classCount: data.classNames.count, store: store)
    _ = try RunFolder(creating: folder)
    switch start {
    case .random: return
    case .pretrained(let tensors):
      try PretrainedWeights.checkConvolutions(tensors, of: store)
      try PretrainedWeights.load(tensors, into: store)
      try setFrozenNorms(from: tensors)
    case .continued(let tensors): try load(tensors)
    }
  }

  /// Pictures that the moments of norms that are put back are taken from.
  private static let momentPictures = 128

  /// Takes everything of a network that is trained further.
  private func load(_ tensors: [NamedTensor]) throws {
    try PretrainedWeights.load(tensors, into: store, takesOutput: true)
    let names = Set(tensors.map(\.name))
    let task = task
    let layers = task.layers(task.settings.side(inEpoch: 0))
    let norms = layers.compactMap { $0 as? BatchNormalizationLayer }
    let isFolded = !norms.isEmpty && norms.allSatisfy { !names.contains($0.scale.name) }
    for parameter in store.parameters where !names.contains(parameter.name) {
      if isFolded, parameter.name.contains("_norm") { continue }
      throw ExperimentError.missing(tensor: parameter.name)
    }
    if isFolded { try setNorms(of: layers, from: tensors, onlyFrozen: false) }
  }

  /// A frozen norm never learns what its input is like: it is set up so that the frozen layers compute what they compute
  /// in the file's network.
  private func setFrozenNorms(from tensors: [NamedTensor]) throws {
    let task = task
    let layers = task.layers(task.settings.side(inEpoch: 0))
    let names = Set(tensors.map(\.name))
    let frozen = layers.compactMap { $0 as? BatchNormalizationLayer }.filter(\.isFrozen)
    // A file with norms of its own has given them.
    guard !frozen.isEmpty, frozen.allSatisfy({ !names.contains($0.scale.name) }) else { return }
    try setNorms(of: layers, from: tensors, onlyFrozen: true)
  }

  private func setNorms(of layers: [any Layer], from tensors: [NamedTensor], onlyFrozen: Bool) throws {
    let task = task
    let input = try task.trainingInput(task.settings.side(inEpoch: 0))
    let places = split.train.prefix(Self.momentPictures)
    guard places.count >= 2 else { throw TrainingError.nothingToTrain }
    let inputs = FloatStorage(zeros: places.count * input.count)
    for (position, place) in places.enumerated() {
      data.pictures.withPicture(at: place) { picture in
        input.write(
          picture, seed: experiment.settings.seed, epoch: 0, index: place,
          into: inputs.base + position * input.count)
      }
    }
    try BatchNormInsertion.setNorms(
      of: SequentialNetwork(layers: layers, maximumImages: places.count, isTrained: false, pool: pool),
      from: tensors, inputs: inputs.base, images: places.count, onlyFrozen: onlyFrozen, pool: pool)
  }

  /// What the ``Trainer`` runs.
  public var task: TrainingTask {
    let network = experiment.network
    let (store, data, training) = (store, data, split.train)
    func input(_ kind: InputKind) -> (Int) throws -> any PictureInput {
      { try kind.input(side: $0, data: data, training: training) }
    }
    return TrainingTask(
      data: data, split: split, store: store,
      layers: { network.layers(side: $0, classCount: data.classNames.count, store: store) },
      trainingInput: input(experiment.trainingInput), validationInput: input(experiment.validationInput),
      loss: experiment.loss, teacher: teacherTargets, settings: experiment.settings)
  }

  /// A trainer with the experiment's callbacks, which goes on from the folder's checkpoint where there is one.
  public func trainer(
    stopRequest: Trainer.StopRequest = .init(), callbacks additional: [any TrainingCallback] = []
  ) throws -> Trainer {
    let watch = experiment.watch
    var callbacks: [any TrainingCallback] = [
      KeepBest(
        figure: watch.figure, path: "\(folder)/\(Self.bestName)", restoresBest: watch.restoresBest),
      HistoryLog(path: "\(folder)/\(Self.historyName)"),
    ]
    if let patience = watch.reducePatience {
      callbacks.append(
        ReduceOnPlateau(
          figure: watch.figure, factor: watch.reduceFactor, patience: patience,
          minimumRate: watch.minimumRate))
    }
    if let patience = watch.stopPatience {
      callbacks.append(
        EarlyStopping(figure: watch.figure, patience: patience, minimumDelta: watch.stopDelta))
    }
    return try Trainer(
      task: task, callbacks: callbacks + additional, checkpointPath: "\(folder)/\(Self.checkpointName)",
      stopRequest: stopRequest, pool: pool)
  }
}
