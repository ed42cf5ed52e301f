import ArgumentParser
import Datasets
import Evaluation
import Tensors
import Training
import WeightExchange

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Runs an experiment; goes on where it was cut off.",
    discussion: """
      Writes into the output folder: the model (model.safetensors or model.svm), metrics.json, report.html, \
      summary.csv, figures as SVG and PNG; of networks also checkpoint.safetensors, best.safetensors, \
      history.csv, TensorBoard's logs and a teacher's answers. With `all` every experiment has a folder of its own in it, and the \
      summary with the notebook's table stands beside them.

      A network's run that was stopped or killed goes on from its checkpoint when the same command is given again, bit \
      for bit with the same --workers and processor instructions; a support vector machine begins anew. A finished run \
      is left as it is. --fresh begins anew, each time that it is given: a run that was begun so goes on without it.

      To choose between settings without looking at the test part, give --no-test; the same command without it \
      measures that part too, and does not train the network again.
      """)

  @OptionGroup var dataOptions: DataOptions

  @Option(
    help: ArgumentHelp(
      "Which experiment: \(Experiment.all(seed: 1).map(\.name).joined(separator: ", ")), or all."))
  var experiment = "vgg19-best"

  @Option(help: "Folder for everything that the run leaves.")
  var output: String

  @Option(
    help: ArgumentHelp(
      "Weights that VGG19 starts from: Keras's HDF5 (.h5, .hdf5) or safetensors. Where convolutions stay frozen, as in "
        + "transfer, they are needed."))
  var pretrained: String?

  @Option(
    help: ArgumentHelp(
      "A network of the experiment's kind to train further: the daemon's weight file, one of a run, or Keras's (.h5, "
        + ".hdf5). Norms that were folded into it are put back."))
  var continueFrom: String?

  @Option(
    help: ArgumentHelp(
      "A trained network of the same classes whose answers for the training pictures are part of their targets: the "
        + "daemon's weight file, or one of a run. It must not have seen what the experiment is judged by."))
  var teacher: String?

  @Option(
    help: ArgumentHelp(
      "The teacher's part of the targets, above 0 and at most 1 (default: 0.5); the rest is the labels'."))
  var teacherShare: Float?

  @Option(help: "What every random number follows from.")
  var seed: UInt64 = 1

  @OptionGroup(title: "Changes to the experiment") var trainingOptions: TrainingOptions

  @Flag(help: "Only go on with a run: where the folder has none, that is an error.")
  var resume = false

  @Flag(help: "Leave the test part out: it is neither predicted nor written nor printed.")
  var noTest = false

  @Flag(help: "Remove what an earlier run left in the folder, and begin anew; to go on later, leave it out.")
  var fresh = false

  @Option(help: "Processors to use, instead of all.")
  var workers: Int?

  func validate() throws {
    if let workers, !(1...1024).contains(workers) { throw ValidationError("--workers must be 1...1024") }
    if resume, fresh { throw ValidationError("--resume and --fresh exclude each other") }
    if continueFrom != nil {
      if pretrained != nil { throw ValidationError("--pretrained and --continue-from exclude each other") }
      if experiment == "all" { throw ValidationError("--continue-from is for one experiment, not for all") }
    }
    if let teacherShare {
      guard teacher != nil else { throw ValidationError("--teacher-share needs --teacher FILE") }
      guard teacherShare > 0, teacherShare <= 1 else {
        throw ValidationError("--teacher-share must be above 0 and at most 1")
      }
    }
    if teacher != nil, experiment == "all" {
      throw ValidationError("--teacher is for one experiment, not for all")
    }
    for case .supportVectors(let chosen) in try chosen() {
      for (option, value) in [("--continue-from", continueFrom), ("--teacher", teacher)] where value != nil {
        throw ValidationError("\(option) is for networks, not for \(chosen.name)")
      }
    }
    try checkPretrained(try chosen())
  }

  /// Convolutions that stay as they begin are worth nothing at random; and weights that nobody takes are a mistake.
  private func checkPretrained(_ experiments: [Experiment]) throws {
    for case .network(let network) in experiments
    where network.network.freezesConvolutions && pretrained == nil && continueFrom == nil {
      throw ValidationError(
        "\(network.name) leaves convolutions as they begin and needs --pretrained FILE: Keras's "
          + "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5, or other weights of VGG19")
    }
    let takesWeights = experiments.contains {
      if case .network(let network) = $0 { network.network.startsFromPretrained } else { false }
    }
    if pretrained != nil, !takesWeights {
      throw ValidationError("--pretrained is for networks with VGG19's convolutions, not for \(experiment)")
    }
  }

  func run() throws {
    var experiments = try chosen()
    if resume { try checkThatThereIsARun(of: experiments) }
    var start = StartingPoint.random
    var parts = StartingParts.foreign
    if let path = continueFrom ?? pretrained {
      let weights = try StartingWeights.read(path, isContinued: continueFrom != nil)
      (start, parts) = (
        continueFrom == nil ? .pretrained(weights.tensors) : .continued(weights.tensors), weights.parts
      )
    }
    let pictures = try dataOptions.read()
    let folder = try RunFolder(creating: output)
    let pool = WorkerPool(workerCount: workers)
    let teacher = try teacher.map { try Teacher(path: $0, pictures: pictures, pool: pool) }
    if let teacher { experiments = try experiments.map { try taught($0, by: teacher) } }
    let session = ExperimentSession(
      pictures: pictures, source: dataOptions.data, start: start, startPath: continueFrom ?? pretrained,
      startParts: parts, teacher: teacher, seed: seed, pool: pool, startsFresh: fresh, leavesOutTest: noTest)
    if experiment != "all" { return try session.run(experiments[0], in: folder) }
    try runAll(experiments, session, in: folder)
  }

  /// What finished is compared; what failed is the command's end.
  private func runAll(_ experiments: [Experiment], _ session: ExperimentSession, in folder: RunFolder) throws
  {
    let lock = try folder.lock()
    defer { withExtendedLifetime(lock) {} }
    try folder.checkThatNoRunIsHere()
    try session.checkStart(of: experiments)
    let (finished, failure) = try Self.runEach(experiments) {
      try session.run($0, in: try RunFolder(creating: folder.file($0.name)))
    }
    do {
      if !finished.isEmpty {
        try ReportCommand.write(
          try ComparisonReport.read(finished.map { folder.file($0.name) }), to: folder)
      }
    } catch {
      // On a full disk neither can be written, and the first one to fail says why.
      throw failure ?? error
    }
    if let failure { throw failure }
  }

  /// Runs each. One whose numbers come to nothing does not keep the others from their turn; all else, as a full disk,
  /// ends the work.
  ///
  /// - Returns: Those that finished, and what ended the work, or else what the first of the others said.
  /// - Throws: A request to stop, for which the comparison waits too.
  static func runEach(
    _ experiments: [Experiment], _ run: (Experiment) throws -> Void
  ) throws -> (finished: [Experiment], failure: (any Error)?) {
    var finished: [Experiment] = []
    var first: (any Error)?
    for experiment in experiments {
      do {
        try run(experiment)
        finished.append(experiment)
      } catch {
        guard let failure = CommandFailure(error), !failure.isRequested else { throw error }
        guard failure.status == .unavailable else { return (finished, error) }
        Diagnostics.report("\(experiment.name): \(failure.message)")
        first = first ?? error
      }
    }
    return (finished, first)
  }

  private static let usualTeacherShare: Float = 0.5

  private func taught(_ experiment: Experiment, by teacher: Teacher) throws -> Experiment {
    guard case .network(var network) = experiment else { return experiment }
    try teacher.check(network)
    network.settings.distillation = Distillation(
      share: teacherShare ?? Self.usualTeacherShare, teacher: teacher.fingerprint)
    return .network(network)
  }

  private func checkThatThereIsARun(of experiments: [Experiment]) throws {
    let folders = experiment == "all" ? experiments.map { "\(output)/\($0.name)" } : [output]
    guard try folders.contains(where: { try RunFolder.experiment(in: $0) != nil }) else {
      throw CommandFailure(
        status: .noInput, message: "\(output): no run to go on with; without --resume one is begun there")
    }
  }

  /// The experiments with what was changed.
  private func chosen() throws -> [Experiment] {
    let all = Experiment.all(seed: seed)
    if experiment == "all" {
      // Options change those experiments that have them.
      return try all.map { try trainingOptions.applied(to: $0, isStrict: false) }
    }
    guard let found = all.first(where: { $0.name == experiment }) else {
      throw ValidationError(
        "no experiment \(experiment); there are \(all.map(\.name).joined(separator: ", ")), and all")
    }
    return [try trainingOptions.applied(to: found)]
  }
}
