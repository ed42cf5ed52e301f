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
  let startParts: StartingParts
  let teacher: Teacher?
  let seed: UInt64
  let pool: WorkerPool
  let startsFresh: Bool
  /// Whether the test part is neither predicted nor told of.
  let leavesOutTest: Bool
  private let line = StepLine()
  private let signals = StopSignals()
  private let fingerprint: String

  init(
    pictures: FacePictures, source: String, start: StartingPoint, startPath: String?,
    startParts: StartingParts, teacher: Teacher?, seed: UInt64, pool: WorkerPool, startsFresh: Bool,
    leavesOutTest: Bool
  ) {
    self.pictures = pictures
    self.source = source
    self.start = start
    self.startPath = startPath
    self.startParts = startParts
    self.teacher = teacher
    self.seed = seed
    self.pool = pool
    self.startsFresh = startsFresh
    self.leavesOutTest = leavesOutTest
    fingerprint = DataFingerprint.text(of: pictures)
  }

  /// Checks that the weights to begin with fit experiments and know nothing that they are judged by, so that this is not
  /// learned from the last of them hours after the first one began.
  func checkStart(of experiments: [Experiment]) throws {
    guard let startPath else { return }
    for case .network(let network) in experiments {
      guard case .pretrained(let tensors) = start(of: network) else { continue }
      _ = try startParts.check(network, path: startPath, data: fingerprint)
      do throws(ExperimentError) { try PretrainedWeights.check(tensors, for: network) } catch {
        let words = "\(startPath), for \(network.name): \(error.description)"
        throw CommandFailure(status: .badData, message: words)
      }
    }
  }

  /// Runs one, unless its results are there already.
  func run(_ experiment: Experiment, in folder: RunFolder) throws {
    let lock = try folder.lock()
    defer { withExtendedLifetime(lock) {} }
    if !startsFresh, try state(of: experiment, in: folder) == .finished {
      line.say("\(experiment.name): finished already, the results are in \(folder.path)")
      return
    }
    line.say("\(experiment.name): \(experiment.title)")
    // What is there is touched only when the run has found nothing wrong with what it is given.
    var result: ModelResult
    switch experiment {
    case .supportVectors(let machine):
      let run = try SupportVectorRun(experiment: machine, pictures: pictures, pool: pool)
      if startsFresh { try folder.clear() }
      try begin(experiment, in: folder)
      result = try self.result(of: run, in: folder)
    case .network(let network):
      var caveats = try startCaveats(of: network)
      let run = try ExperimentRun(
        experiment: network, pictures: pictures, start: start(of: network), folder: folder.path, pool: pool)
      if startsFresh { try folder.clear() }
      if let teacher {
        try run.learn(from: teacher) { done, total in
          line.update("asking the teacher", done, of: total)
          try signals.check(stopped)
        }
      }
      let trainer = try run.trainer(
        stopRequest: signals.request,
        callbacks: [ProgressLine(), TensorBoardLog(folder: folder.file(RunFolder.logsName))])
      try begin(experiment, in: folder)
      caveats += Self.partCaveats(of: run)
      result = try self.result(of: run, trainer, in: folder, caveats: caveats)
    }
    let changes = changes(of: experiment)
    result.isUnchanged = changes.isEmpty
    if !changes.isEmpty {
      result.caveats.append(
        "This is not \(experiment.name) as the program has it: \(changes.joined(separator: "; ")).")
    }
    result.caveats += [experiment.evaluation.caveat, result.notebook?.remark].compactMap { $0 }
    if leavesOutTest { result.facts["left out"] = "the test part" }
    result.facts["data"] = "\(source), \(fingerprint)"
    result.facts["split"] = experiment.evaluation.explanation
    result.facts["command"] = CommandLineText.text
    try ResultFolder.write(result, to: folder, footer: CommandLineText.footer)
    print(SummaryTable([result.document()]).table.plainText(), terminator: "")
    print("\(folder.file(RunFolder.reportName))")
  }

  private var parts: Set<ResultPart> {
    leavesOutTest ? [.train, .validation] : Set(ResultPart.allCases)
  }

  /// What a request to stop makes of a run that can be gone on with.
  private var stopped: CommandFailure { startsFresh ? .stoppedFresh : .stopped }

  /// What is other than in the experiment of that name: a network that is trained further does not begin as that one.
  private func changes(of experiment: Experiment) -> [String] {
    var changes = experiment.changes
    if case .continued = start, let startPath { changes.append("trained further from \(startPath)") }
    return changes
  }

  private func beginning(of experiment: Experiment) -> String? {
    if case .network(let network) = experiment { start(of: network).fingerprint } else { nil }
  }

  private func hasUnknownStart(_ experiment: Experiment) -> Bool {
    guard case .network(let network) = experiment else { return false }
    if case .random = start(of: network) { return false }
    return startParts.isUnknown(on: fingerprint)
  }

  private func state(of experiment: Experiment, in folder: RunFolder) throws -> RunFolder.State {
    try folder.state(
      of: experiment, data: fingerprint, start: beginning(of: experiment), leavesOutTest: leavesOutTest)
  }

  private func begin(_ experiment: Experiment, in folder: RunFolder) throws {
    _ = try folder.begin(
      experiment, data: fingerprint, start: beginning(of: experiment), leavesOutTest: leavesOutTest,
      hasUnknownStart: hasUnknownStart(experiment))
  }

  private func result(of run: SupportVectorRun, in folder: RunFolder) throws -> ModelResult {
    let experiment = run.experiment
    let (line, request) = (line, signals.request)
    let clock = ContinuousClock()
    let began = clock.now
    let (model, predictions, pairs) = try run.run(
      parts: parts, report: { Self.say($0, on: line) }, isCancelled: { request.isStopped })
    let seconds = Double((clock.now - began).components.seconds)
    try model.write(to: folder.file(RunFolder.supportVectorsName))
    var result = ModelResult(name: experiment.name, title: experiment.title, data: run.data)
    result.facts["features"] = experiment.features.rawValue
    result.facts["cost"] = NumberText.short(experiment.settings.cost)
    result.facts["gamma"] = NumberText.short(model.classifier.gamma)
    result.facts["support vectors"] = NumberText.grouped(model.classifier.supportVectorCount)
    result.facts["seconds of training and prediction"] = NumberText.fixed(seconds, decimals: 0)
    if let caveat = SupportVectorRun.caveat(of: pairs, classNames: run.data.classNames) {
      result.caveats.append(caveat)
      line.say("caution: \(caveat)")
    }
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

  private func result(
    of run: ExperimentRun, _ trainer: Trainer, in folder: RunFolder, caveats: [String]
  ) throws -> ModelResult {
    let experiment = run.experiment
    for caveat in caveats { line.say("caution: \(caveat)") }
    if let count = trainer.formerWorkerCount {
      line.say(
        "caution: this run was computed by --workers \(count) so far and goes on with \(pool.workerCount): it will not "
          + "have the bits of one that was not cut off")
    }
    if let instructions = trainer.formerInstructions {
      line.say(
        "caution: this run was computed with \(instructions) so far and goes on with \(KernelInstructions.name): it will "
          + "not have the bits of one that was not cut off")
    }
    let end = try trainer.run()
    if end == .interrupted { throw stopped }
    let predictions = try run.predictions(
      of: trainer, writingTo: folder.file(RunFolder.networkName), parts: parts
    ) { part, done, total in
      let step = part == ExperimentRun.momentsName ? "measuring norms" : "predicting the \(part) part"
      line.update(step, done, of: total)
      try signals.check(stopped)
    }
    var result = ModelResult(
      name: experiment.name, title: experiment.title, data: run.data, history: trainer.history,
      caveats: caveats)
    result.facts["workers"] = String(pool.workerCount)
    result.facts["seed"] = String(seed)
    result.facts["parameters"] = NumberText.grouped(
      run.store.parameters.reduce(0) { $0 + $1.count })
    result.facts["epochs"] = "\(trainer.history.epochs.count) of at most \(experiment.settings.epochs)"
    if case .stoppedEarly(let reason) = end { result.facts["stopped early"] = reason }
    // One that stopped early would have done so with more epochs too.
    if end == .finished, let full = experiment.fullEpochs {
      result.caveats.append("This run trained \(trainer.history.epochs.count) epochs of \(full).")
    }
    switch start(of: experiment) {
    case .random where !experiment.network.startsFromPretrained: break
    case .random: result.facts["starting weights"] = "random"
    case .pretrained: result.facts["starting weights"] = startPath
    case .continued: result.facts["trained further from"] = startPath
    }
    if let teacher, let share = experiment.settings.distillation?.share {
      result.facts["teacher"] = "\(teacher.path), \(NumberText.short(Double(share))) of the targets"
    }
    result.criterion = experiment.watch.figure == .validationLoss ? .validationLoss : .validationAccuracy
    for part in predictions { try result.add(part) }
    return result
  }

  private func startCaveats(of experiment: NetworkExperiment) throws -> [String] {
    guard case .random = start(of: experiment) else {
      guard let startPath else { return [] }
      return try [startParts.check(experiment, path: startPath, data: fingerprint)].compactMap { $0 }
    }
    guard experiment.network.beginsPretrainedInNotebook else { return [] }
    return [
      "The notebook begins this network with ImageNet's convolutions, here they began at random: --pretrained FILE gives "
        + "others."
    ]
  }

  /// Without these parts nothing is chosen or judged by pictures that the network has not learned from.
  private static func partCaveats(of run: ExperimentRun) -> [String] {
    var caveats: [String] = []
    if run.split.validation.isEmpty {
      caveats.append(
        "The data have no validation part: no epoch is chosen, nothing ends the run early and the rate is not lowered "
          + "by what is seen; the last weights are the result.")
    }
    if run.split.test.isEmpty {
      caveats.append(
        "The data have no test part: no figure here is of pictures that played no role in training.")
    }
    return caveats
  }

  /// Of all experiments only those with VGG19 begin with another network's convolutions.
  private func start(of experiment: NetworkExperiment) -> StartingPoint {
    if case .pretrained = start, !experiment.network.startsFromPretrained { return .random }
    return start
  }
}
