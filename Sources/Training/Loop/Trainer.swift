import Dispatch
import Evaluation
import Foundation
import NeuralNetwork
import Synchronization
import Tensors

/// Runs a ``TrainingTask``: epochs of steps, a validation after each, a checkpoint from which the run goes on wherever
/// it was cut off, bit for bit with as many workers and the same ``KernelInstructions``.
public final class Trainer {
  /// What is trained.
  public let task: TrainingTask
  /// The epochs so far.
  public var history: TrainingHistory { state.history }
  /// What ``LearningRateSchedule``'s rate is multiplied by; callbacks change it.
  public var learningRateScale: Float {
    get { state.learningRateScale }
    set { state.learningRateScale = newValue }
  }
  /// Set by callbacks to end the run after the present epoch; their words.
  public var earlyStop: String? {
    get { state.earlyStop }
    set { state.earlyStop = newValue }
  }

  /// How many workers computed what the run goes on from, where it is another number than here: then the rest has other
  /// bits than a run that was not cut off.
  public private(set) var formerWorkerCount: Int?
  /// Which ``KernelInstructions`` computed what the run goes on from, where they are others than here; with the same
  /// effect.
  public private(set) var formerInstructions: String?
  /// How fast the run goes; nil before this process has learned a batch.
  public private(set) var pace: TrainingPace?

  let optimizer: Optimizer
  let average: WeightAverage?
  let callbacks: [any TrainingCallback]
  var state = TrainingState()

  private let pool: WorkerPool
  private let checkpoint: Checkpoint?
  private let checkpointInterval: Duration
  private let stopRequest: StopRequest
  private let clock = ContinuousClock()
  /// What this process's last validation took; 0 before the first.
  private var validationSeconds = 0.0

  /// Asks a run to end at the next batch, one of a validation too, from any thread or a signal handler's queue.
  public final class StopRequest: Sendable {
    private let flag = Atomic(false)
    /// A request that has not been made yet.
    public init() {}
    /// Makes it.
    public func stop() { flag.store(true, ordering: .relaxed) }
    /// Whether it was made.
    public var isStopped: Bool { flag.load(ordering: .relaxed) }
  }

  /// - Parameters:
  ///   - task: What is trained.
  ///   - callbacks: Who listens, in this order.
  ///   - checkpointPath: Where the run's state is kept; nil for nowhere. A state that is there already is gone on from.
  ///   - checkpointInterval: Time between checkpoints within an epoch.
  ///   - stopRequest: Who may end the run.
  ///   - pool: Who computes.
  /// - Precondition: The task has a teacher where its settings have a distillation, and only there.
  /// - Throws: ``TrainingError`` for a checkpoint of another run, or of one that has come further than this one is to go,
  ///   and what reading it throws.
  public init(
    task: TrainingTask, callbacks: [any TrainingCallback] = [], checkpointPath: String? = nil,
    checkpointInterval: Duration = .seconds(600), stopRequest: StopRequest = StopRequest(), pool: WorkerPool
  ) throws {
    precondition((task.teacher == nil) == (task.settings.distillation == nil))
    guard !task.split.train.isEmpty else { throw TrainingError.nothingToTrain }
    self.task = task
    self.callbacks = callbacks
    self.checkpointInterval = checkpointInterval
    self.stopRequest = stopRequest
    self.pool = pool
    let layers = task.layers(task.settings.side(inEpoch: 0))
    let parameters = layers.flatMap(\.parameters)
    optimizer = Optimizer(settings: task.settings.optimizer, parameters: parameters, pool: pool)
    average = task.settings.average.map {
      WeightAverage(settings: $0, of: parameters + layers.flatMap(\.statistics), pool: pool)
    }
    checkpoint = checkpointPath.map { Checkpoint(path: $0) }
    if let checkpoint, checkpoint.exists {
      try checkpoint.read(into: self)
      let reached = state.epoch + (state.batch > 0 ? 1 : 0)
      guard reached <= task.settings.epochs else {
        throw TrainingError.pastLastEpoch(path: checkpoint.path, done: reached, wanted: task.settings.epochs)
      }
      if let count = state.workerCount, count != pool.workerCount { formerWorkerCount = count }
      if let name = state.instructions, name != KernelInstructions.name { formerInstructions = name }
    }
    state.workerCount = pool.workerCount
    state.instructions = KernelInstructions.name
  }

  /// Trains until the last epoch, or until somebody stops it.
  ///
  /// - Throws: ``TrainingError/diverged(epoch:batch:)``, and what callbacks, inputs and checkpoints throw.
  @discardableResult
  public func run() throws -> TrainingEnd {
    try announce(.runBegan)
    var end = TrainingEnd.finished
    while end == .finished, state.epoch < task.settings.epochs {
      if let earlyStop {
        end = .stoppedEarly(earlyStop)
      } else if try !runEpoch() {
        end = .interrupted
      }
    }
    if end == .interrupted { try save() }
    try announce(.runEnded(end))
    return end
  }

  /// The tensors to evaluate and export, the averages where they are kept, beside what `body` does with them.
  public func withEvaluatedWeights<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let average else { return try body() }
    return try average.withAverages(body)
  }

  private func announce(_ event: TrainingEvent) throws {
    for callback in callbacks { try callback.receive(event, from: self) }
  }

  private func save() throws { try checkpoint?.write(self) }

  /// - Returns: Whether the epoch came to its end.
  private func runEpoch() throws -> Bool {
    let settings = task.settings
    let side = settings.side(inEpoch: state.epoch)
    let network = SequentialNetwork(
      layers: task.layers(side), maximumImages: settings.batchSize, pool: pool)
    let order = BatchOrder(
      places: Self.shuffled(task.split.train, seed: settings.seed, epoch: state.epoch),
      batchSize: settings.batchSize, input: try task.trainingInput(side),
      labelSmoothing: settings.labelSmoothing, mixup: settings.mixup, seed: settings.seed, epoch: state.epoch,
      teacher: task.teacher, teacherShare: settings.distillation?.share ?? 0)
    let classCount = task.data.classNames.count
    let loader = BatchLoader(
      data: task.data, order: order, firstBatch: state.batch, classCount: classCount,
      threads: pool.workerCount)
    try announce(.epochBegan(epoch: state.epoch))
    let began = clock.now
    var lastSave = began
    let (earlierSeconds, earlierPictures) = (state.seconds, state.pictures)
    let work = WorkLeft(settings, epoch: state.epoch, pictures: task.split.train.count)
    func progress(beforeBatch batch: Int) -> Double {
      Double(state.epoch) + Double(batch) / Double(order.batchCount)
    }
    func scheduledRate(ofBatch batch: Int) -> Float {
      settings.schedule.learningRate(
        from: progress(beforeBatch: batch), to: progress(beforeBatch: batch + 1), of: settings.epochs)
        * state.learningRateScale
    }
    // Cut off during the validation, the epoch has no batch left.
    var learningRate = scheduledRate(ofBatch: max(state.batch - 1, 0))
    while let batch = loader.nextBatch() {
      if stopRequest.isStopped { return false }
      learningRate = scheduledRate(ofBatch: state.batch)
      try learn(batch, network: network, classCount: classCount, learningRate: learningRate)
      let seconds = (clock.now - began).seconds
      state.seconds = earlierSeconds + seconds
      let rate = Double(state.pictures - earlierPictures) / seconds
      let pace = TrainingPace(
        picturesPerSecond: rate,
        secondsLeft: work.seconds(
          done: state.pictures, picturesPerSecond: rate, validationSeconds: validationSeconds))
      self.pace = pace
      let report = BatchReport(
        epoch: state.epoch, batch: state.batch - 1, batchCount: order.batchCount, pictures: state.pictures,
        loss: state.lossSum / Double(state.pictures),
        accuracy: Double(state.correct) / Double(state.pictures), learningRate: learningRate, pace: pace)
      try announce(.batchEnded(report))
      if clock.now - lastSave > checkpointInterval {
        try save()
        lastSave = clock.now
      }
    }
    return try endEpoch(work, learningRate: learningRate)
  }

  private func learn(
    _ batch: Batch, network: SequentialNetwork, classCount: Int, learningRate: Float
  ) throws {
    let settings = task.settings
    let logits = network.forward(
      batch.inputs.base, images: batch.images, isTraining: true,
      random: SeededGenerator(seed: settings.seed ^ 0x6472_6F70, stream: UInt64(state.step)))
    var gradient = [Float](repeating: 0, count: logits.count)
    let targets = UnsafeBufferPointer(start: batch.targets.base, count: logits.count)
    let loss = task.loss.loss(outputs: logits, targets: targets, classCount: classCount, gradient: &gradient)
    guard loss.isFinite else { throw TrainingError.diverged(epoch: state.epoch, batch: state.batch) }
    state.lossSum += loss * Double(batch.images)
    state.pictures += batch.images
    for (image, label) in batch.labels.enumerated()
    where Evaluator.predicted(logits[image * classCount..<(image + 1) * classCount]) == label {
      state.correct += 1
    }
    network.backward(input: batch.inputs.base, outputGradient: gradient, images: batch.images)
    optimizer.step(learningRate: learningRate)
    state.step += 1
    state.batch += 1
    average?.update(step: state.step)
  }

  /// - Returns: Whether the epoch came to its end; not where its validation was stopped.
  private func endEpoch(_ work: WorkLeft, learningRate: Float) throws -> Bool {
    // Whoever is cut off in the validation does not learn the epoch again.
    if !task.split.validation.isEmpty { try save() }
    let began = clock.now
    guard let validation = try validate() else { return false }
    validationSeconds = (clock.now - began).seconds
    state.seconds += validationSeconds
    if let rate = pace?.picturesPerSecond {
      pace?.secondsLeft = work.seconds(
        done: task.split.train.count, isValidated: true, picturesPerSecond: rate,
        validationSeconds: validationSeconds)
    }
    let row = TrainingHistory.Epoch(
      epoch: state.epoch + 1, trainLoss: state.lossSum / Double(state.pictures),
      trainAccuracy: Double(state.correct) / Double(state.pictures), validationLoss: validation.loss,
      validationAccuracy: validation.accuracy, learningRate: Double(learningRate), seconds: state.seconds)
    state.history.epochs.append(row)
    try announce(.epochEnded(row))
    state.epoch += 1
    state.beginEpoch()
    try save()
    return true
  }

  /// What a validation found; nothing where there are no pictures for it.
  private struct Validation {
    var loss: Double?
    var accuracy: Double?
  }

  /// - Returns: nil where it was stopped.
  private func validate() throws -> Validation? {
    guard !task.split.validation.isEmpty else { return Validation() }
    // A figure of smaller pictures would not hold for what the run leaves.
    let side = task.settings.side(inEpoch: task.settings.epochs - 1)
    let input = try task.validationInput(side)
    let evaluator = Evaluator(layers: task.layers(side), inputCount: input.count, pool: pool)
    let logits = withEvaluatedWeights {
      evaluator.logits(
        of: task.split.validation, in: task.data, input: input, seed: task.settings.seed ^ 0x7661_6C69,
        epoch: state.epoch, isStopped: { stopRequest.isStopped })
    }
    guard let logits else { return nil }
    let score = Evaluator.score(
      logits: logits, labels: task.split.validation.map { task.data.labels[$0] },
      classCount: task.data.classNames.count, loss: task.loss)
    return Validation(loss: score.loss, accuracy: score.accuracy)
  }

  /// R. Fisher's and F. Yates's shuffle, written out: the standard library's may change.
  private static func shuffled(_ places: [Int], seed: UInt64, epoch: Int) -> [Int] {
    var random = SeededGenerator(seed: seed ^ 0x6F72_6465, stream: UInt64(epoch))
    var places = places
    for index in stride(from: places.count - 1, to: 0, by: -1) {
      let (high, _) = random.next().multipliedFullWidth(by: UInt64(index + 1))
      places.swapAt(index, Int(high))
    }
    return places
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
