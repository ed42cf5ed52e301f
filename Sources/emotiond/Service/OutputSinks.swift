import Glibc
import Logging
import Pipeline
import Publishing
import Synchronization

/// The label stream and the frame stream of a run, where they were asked for.
final class OutputSinks: Sendable {
  private let writers: [DescriptorWriter]
  private let labelFile: LabelFileWriter?
  private let failures: Failures
  private let labelSubscriptions: [LabelHub.Subscription]
  private let frameSubscription: FrameHub.Subscription?

  /// Which sinks failed, and what is to be done once none is left.
  private final class Failures: Sendable {
    struct State {
      var remaining: Int
      var hasLostOutput = false
    }
    let state: Mutex<State>
    let allGone: @Sendable () -> Void
    let logger: Logger

    init(count: Int, logger: Logger, allGone: @escaping @Sendable () -> Void) {
      state = Mutex(State(remaining: count))
      self.logger = logger
      self.allGone = allGone
    }

    func sinkFailed(_ name: String, _ failure: DescriptorWriter.Failure) {
      switch failure {
      case .readerGone: logger.info("\(name): the reader has gone; nothing more is written")
      case .system(let errno):
        logger.error("\(name): writing failed: \(String(cString: strerror(errno))); nothing more is written")
      }
      let isLast = state.withLock { state in
        if case .system = failure { state.hasLostOutput = true }
        state.remaining -= 1
        return state.remaining == 0
      }
      if isLast { allGone() }
    }
  }

  /// - Parameters:
  ///   - configuration: Says where labels and frames go.
  ///   - pipelines: Whose labels are written; frames are those of the first.
  ///   - allGone: Called when the last sink has lost its reader; not where there was none.
  init(
    configuration: Configuration, pipelines: [Pipeline], logger: Logger,
    allGone: @escaping @Sendable () -> Void
  ) throws(CommandFailure) {
    let labelTarget = try OutputTarget(configuration.labels)
    let frameTarget = try OutputTarget(configuration.frames)
    if let labelTarget, labelTarget == frameTarget {
      throw CommandFailure(
        status: .usage,
        message:
          "labels and frames cannot share one output; send one to a file, or to another descriptor with fd:3")
    }
    let failures = Failures(
      count: [labelTarget, frameTarget].count { $0 != nil }, logger: logger, allGone: allGone)
    var writers: [DescriptorWriter] = []
    func writer(to target: OutputTarget, name: String, capacity: Int) throws(CommandFailure)
      -> DescriptorWriter
    {
      let (descriptor, isOwned) = try target.open(holdsLines: name == "labels")
      return DescriptorWriter(
        fileDescriptor: descriptor, closesDescriptor: isOwned, capacity: capacity
      ) { failures.sinkFailed(name, $0) }
    }
    if let path = labelTarget?.regularFile {
      // All share the file's queue: a camera that may not wait decides over a film that would.
      let isLossless = pipelines.allSatisfy { $0.settings.isLossless }
      let file = try Self.labelFile(path, configuration, isLossless: isLossless, logger) {
        failures.sinkFailed("labels", $0)
      }
      labelSubscriptions = pipelines.map { pipeline in
        pipeline.labels.subscribe { file.write($0.json) }
      }
      labelFile = file
    } else if let labelTarget {
      labelFile = nil
      let writer = try writer(to: labelTarget, name: "labels", capacity: 256)
      labelSubscriptions = pipelines.map { pipeline in
        let policy = Self.policy(of: pipeline)
        return pipeline.labels.subscribe { writer.write(Array(($0.json + "\n").utf8), policy: policy) }
      }
      writers.append(writer)
    } else {
      labelFile = nil
      labelSubscriptions = []
    }
    if let frameTarget, let pipeline = pipelines.first {
      // Two frames: the one being written and the newest one.
      let writer = try writer(to: frameTarget, name: "frames", capacity: 2)
      let policy = Self.policy(of: pipeline)
      frameSubscription = pipeline.frames.subscribe { writer.write($0.jpeg, policy: policy) }
      writers.append(writer)
    } else {
      frameSubscription = nil
    }
    self.writers = writers
    self.failures = failures
  }

  /// Whether something could not be written for another reason than a reader that left.
  var hasLostOutput: Bool {
    failures.state.withLock { $0.hasLostOutput } || labelFile?.status.isWorking == false
  }

  /// How the file of labels fares, where there is one.
  var statuses: [OutputStatus] { labelFile.map { [$0.status] } ?? [] }

  /// Gives up readers that do not take what waits for them. A file is no such reader: it gets every record.
  func finishReaders() {
    for writer in writers { writer.finish(withinSeconds: 1) }
  }

  /// Writes what waits and ends; gives up where a reader does not take it.
  func finish() {
    frameSubscription?.cancel()
    for subscription in labelSubscriptions { subscription.cancel() }
    finishReaders()
    labelFile?.finish(withinSeconds: 1)
  }

  /// A pipeline that loses nothing waits for its readers; the others do not wait with it.
  private static func policy(of pipeline: Pipeline) -> DescriptorWriter.Policy {
    pipeline.settings.isLossless ? .wait : .dropOldest
  }

  /// A live source goes on without the file while the disk is full; a film's records are of no use with holes in them.
  private static func labelFile(
    _ path: String, _ configuration: Configuration, isLossless: Bool, _ logger: Logger,
    onEnd: @escaping @Sendable (DescriptorWriter.Failure) -> Void
  ) throws(CommandFailure) -> LabelFileWriter {
    var settings = LabelFileSettings(path: path)
    settings.maximumBytes = configuration.lasting.rotateBytes
    settings.keptFiles = configuration.lasting.keptFiles
    settings.synchronization =
      LabelFileSettings.Synchronization(rawValue: configuration.lasting.synchronization) ?? .second
    settings.onFailure = isLossless ? .end : .retry
    do throws(LineFile.Failure) {
      return try LabelFileWriter(settings: settings, logger: logger) { failure in
        if case .system(_, let errno) = failure { onEnd(.system(errno: errno)) }
      }
    } catch {
      throw CommandFailure(status: .inputOutput, message: "output \(path): \(error)")
    }
  }
}
