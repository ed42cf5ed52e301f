import Datasets
import Evaluation
import SupportVectors
import Tensors
import Training
import WeightExchange

/// Runs experiments on one data set and writes their results.
struct ExperimentSession {
  let pictures: FacePictures
  let source: String
  let start: StartingPoint
  let startPath: String?
  let seed: UInt64
  let pool: WorkerPool
  let startsFresh: Bool
  private let line = StepLine()
  private let signals = StopSignals()
  private let fingerprint: String

  init(
    pictures: FacePictures, source: String, start: StartingPoint, startPath: String?, seed: UInt64,
    pool: WorkerPool, startsFresh: Bool
  ) {
    self.pictures = pictures
    self.source = source
    self.start = start
    self.startPath = startPath
    self.seed = seed
    self.pool = pool
    self.startsFresh = startsFresh
    fingerprint = DataFingerprint.text(of: pictures)
  }

  /// Runs one, unless its results are there already.
  func run(_ experiment: Experiment, in folder: RunFolder) throws {
    if startsFresh { try folder.clear() }
    var begins: String?
    if case .network(let network) = experiment { begins = start(of: network).fingerprint }
    if try folder.begin(experiment, data: fingerprint, start: begins) == .finished {
      line.say("\(experiment.name): finished already, the results are in \(folder.path)")
      return
    }
    line.say("\(experiment.name): \(experiment.title)")
    var result: ModelResult
    switch experiment {
    case .supportVectors(let experiment): result = try run(experiment, in: folder)
    case .network(let experiment): result = try run(experiment, in: folder)
    }
    result.caveats += [experiment.evaluation.caveat].compactMap { $0 }
    result.facts["data"] = "\(source), \(fingerprint)"
    result.facts["split"] = experiment.evaluation.explanation
    result.facts["command"] = CommandLineText.text
    try ResultFolder.write(result, to: folder, footer: CommandLineText.footer)
    print(SummaryTable([result.document()]).table.plainText(), terminator: "")
    print("\(folder.file(RunFolder.reportName))")
  }

  private func run(_ experiment: SupportVectorExperiment, in folder: RunFolder) throws -> ModelResult {
    let run = try SupportVectorRun(experiment: experiment, pictures: pictures, pool: pool)
    let (line, request) = (line, signals.request)
    let clock = ContinuousClock()
    let began = clock.now
    let (model, predictions) = try run.run(
      report: { Self.say($0, on: line) }, isCancelled: { request.isStopped })
    let seconds = Double((clock.now - began).components.seconds)
    try model.write(to: folder.file(RunFolder.supportVectorsName))
    var result = ModelResult(name: experiment.name, title: experiment.title, data: run.data)
    result.facts["features"] = experiment.features.rawValue
    result.facts["cost"] = NumberText.short(experiment.settings.cost)
    result.facts["gamma"] = NumberText.short(model.classifier.gamma)
    result.facts["support vectors"] = NumberText.grouped(model.classifier.supportVectorCount)
    result.facts["seconds of training and prediction"] = NumberText.fixed(seconds, decimals: 0)
    for part in predictions { try result.add(part) }
    return result
  }

  private static func say(_ progress: SupportVectorRun.Progress, on line: StepLine) {
    switch progress {
    case .training(.kernelComputed(let blocks, let all)): line.update("kernel", blocks, of: all)
    case .training(.pairStarted): return
    case .training(.pairSolved(_, let solved, let all)): line.update("pairs of classes", solved, of: all)
    case .predicting(let part, let done, let all): line.update("predicting the \(part) part", done, of: all)
    }
  }

  private func run(_ experiment: NetworkExperiment, in folder: RunFolder) throws -> ModelResult {
    let run = try ExperimentRun(
      experiment: experiment, pictures: pictures, start: start(of: experiment), folder: folder.path,
      pool: pool)
    let trainer = try run.trainer(
      stopRequest: signals.request,
      callbacks: [ProgressLine(), TensorBoardLog(folder: folder.file(RunFolder.logsName))])
    let end = try trainer.run()
    if end == .interrupted { throw CommandFailure.stopped }
    let predictions = try run.predictions(
      of: trainer, writingTo: folder.file(RunFolder.networkName)
    ) { part, done, total in
      line.update("predicting the \(part) part", done, of: total)
      try signals.check()
    }
    var result = ModelResult(
      name: experiment.name, title: experiment.title, data: run.data, history: trainer.history)
    result.facts["seed"] = String(seed)
    result.facts["parameters"] = NumberText.grouped(
      run.store.parameters.reduce(0) { $0 + $1.count })
    result.facts["epochs"] = "\(trainer.history.epochs.count) of at most \(experiment.settings.epochs)"
    if case .stoppedEarly(let reason) = end { result.facts["stopped early"] = reason }
    switch start(of: experiment) {
    case .random where !experiment.network.startsFromPretrained: break
    case .random: result.facts["starting weights"] = "random"
    case .pretrained: result.facts["starting weights"] = startPath
    case .continued: result.facts["trained further from"] = startPath
    }
    result.criterion = experiment.watch.figure == .validationLoss ? .validationLoss : .validationAccuracy
    for part in predictions { try result.add(part) }
    return result
  }

  /// Of all experiments only those with VGG19 begin with another network's convolutions.
  private func start(of experiment: NetworkExperiment) -> StartingPoint {
    if case .pretrained = start, !experiment.network.startsFromPretrained { return .random }
    return start
  }
}
