import Capture
import Dispatch
import Glibc
import Logging
import NeuralNetwork
import Pipeline
import ProgramVersion
import Streaming

/// One run: source, pipeline, outputs, HTTP and systemd, from start to end.
struct Daemon {
  let configuration: Configuration
  /// Where the configuration came from, to be read again.
  let sources: ConfigurationSources
  /// Whether a signal may hang the program.
  var hasDebugSignals = false

  /// Runs until the source's end, a failure or a signal.
  func run() async throws(CommandFailure) -> ExitStatus {
    let level = LogLevel(name: configuration.logLevel)
    let logger = Logger(label: "emotiond") { _ in StandardErrorLog(level: level) }
    let isServing = configuration.listen != "off"
    let plan = isServing ? try HTTPService.Plan(configuration) : nil
    if isServing {
      DescriptorLimit.raise(forClients: configuration.maximumClients, logger: logger)
    } else {
      HTTPService.warnOfUnusedSockets(logger)
    }
    let cameras = try WatchedCamera.all(of: configuration, logger: logger)
    let pipelines = cameras.map(\.pipeline)
    let isOfUseAlone = isServing || LastingOutputs.areAsked(of: configuration)
    let sinks = try OutputSinks(
      configuration: configuration, pipelines: pipelines, logger: logger,
      allGone: { if !isOfUseAlone { for pipeline in pipelines { pipeline.stop() } } })
    let lasting = try LastingOutputs(configuration: configuration, cameras: cameras, logger: logger)
    var context = StreamingContext(program: program, cameras: cameras.map(\.context))
    context.outputs = { sinks.statuses + lasting.statuses }
    let stopSignal = StopSignal()
    let stop: @Sendable () -> Void = {
      stopSignal.raise()
      for pipeline in pipelines { pipeline.stop() }
      // A reader that is stopped must not keep a pipeline that waits for it.
      DispatchQueue.global().async { sinks.finishReaders() }
    }
    var service: HTTPService?
    if let plan {
      service = try await HTTPService(plan, context: context, logger: logger, whenLost: stop)
    }
    do throws(CommandFailure) { try lasting.start() } catch {
      await service?.server.stop()
      throw error
    }
    let reload = ConfigurationReload(
      configuration, sources: sources, cameras: cameras, level: level, logger: logger,
      files: { [service] in service?.reloadFiles() })
    let signals = DaemonSignals(
      stop: stop, reload: reload.reload, hang: hasDebugSignals ? pipelines[0].hang : nil)
    service?.announce()
    for pipeline in pipelines { pipeline.start() }
    ServiceNotifier.ready()
    let server = service?.server
    let reporter = Task(priority: .medium) {
      await ServiceReporter(cameras: cameras, server: server).report()
    }
    let failure = await waitUntilEnded(cameras, lasting, stopSignal, logger) ?? service?.failure
    ServiceNotifier.stopping()
    reporter.cancel()
    await server?.stop()
    sinks.finish()
    lasting.finish()
    signals.cancel()
    if let failure { throw failure }
    return sinks.hasLostOutput ? .inputOutput : .done
  }

  /// Waits for every camera's end. One that fails leaves the others alone, but where a supervisor is to know.
  ///
  /// - Returns: The first failure.
  private func waitUntilEnded(
    _ cameras: [WatchedCamera], _ lasting: LastingOutputs, _ stopSignal: StopSignal, _ logger: Logger
  ) async -> CommandFailure? {
    await withTaskGroup(of: (Int, Pipeline.Ending).self) { group in
      for (index, camera) in cameras.enumerated() {
        group.addTask { (index, await camera.pipeline.waitUntilEnded()) }
      }
      var first: CommandFailure?
      for await (index, ending) in group {
        let camera = cameras[index]
        let failure = camera.failure(ending)
        if camera.choice.camera == nil, !stopSignal.isRaised {
          lasting.sourceEnded(at: index, reason: ending.reason)
        }
        guard let failure else { continue }
        if cameras.count > 1 { logger.error("\(failure.message)") }
        first = first ?? failure
        if configuration.exitOnDeviceError {
          stopSignal.raise()
          for camera in cameras { camera.pipeline.stop() }
        }
      }
      return first
    }
  }

  /// What `/state` and `/metrics` say of the program. The network was loaded before, so its file can be read.
  private var program: ProgramDescription {
    let path =
      configuration.model.isEmpty ? ResourceFiles.path(of: ResourceFiles.modelName) : configuration.model
    let details = (try? Safetensors(path: path).metadata) ?? [:]
    return ProgramDescription(
      version: ProgramVersion.text, model: String(path.split(separator: "/").last ?? ""),
      modelDetails: details)
  }
}

extension Pipeline.Ending {
  /// Why the source failed, for people; nil where it did not.
  fileprivate var reason: String? {
    if case .failed(let error) = self { error.description } else { nil }
  }
}
