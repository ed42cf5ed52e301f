import Capture
import Dispatch
import Glibc
import Logging
import NeuralNetwork
import Pipeline
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
    let choice = try SourceChoice(configuration: configuration, logger: logger)
    let analyzer = try AnalyzerFactory.analyzer(for: configuration)
    let settings = pipelineSettings(for: choice)
    let pipeline = Pipeline(settings: settings, logger: logger, analyzer: analyzer, source: choice.opening)
    let isServing = configuration.listen != "off"
    let sinks = try OutputSinks(
      configuration: configuration, isLossless: settings.isLossless, pipeline: pipeline, logger: logger,
      allGone: { if !isServing { pipeline.stop() } })
    let server = isServing ? try await startServer(pipeline, logger) : nil
    let reload = ConfigurationReload(
      configuration, sources: sources, pipeline: pipeline, choice: choice, level: level, logger: logger)
    let signals = DaemonSignals(
      stop: {
        pipeline.stop()
        // A reader that is stopped must not keep a pipeline that waits for it.
        DispatchQueue.global().async { sinks.finish() }
      }, reload: reload.reload, hang: hasDebugSignals ? pipeline.hang : nil)
    pipeline.start()
    ServiceNotifier.ready()
    let reporter = Task(priority: .medium) {
      await ServiceReporter(pipeline: pipeline, server: server).report()
    }
    let ending = await pipeline.waitUntilEnded()
    ServiceNotifier.stopping()
    reporter.cancel()
    await server?.stop()
    sinks.finish()
    signals.cancel()
    if case .failed(let error) = ending {
      throw choice.camera == nil ? CommandFailure(error) : CommandFailure(camera: error)
    }
    return sinks.hasLostOutput ? .inputOutput : .done
  }

  private func pipelineSettings(for choice: SourceChoice) -> PipelineSettings {
    var settings = PipelineSettings()
    settings.adopt(configuration, mayRest: choice.mayRest)
    settings.cameraName = choice.camera?.request.device
    settings.isLossless = !choice.isLive && configuration.speed == "max"
    settings.recovery = choice.camera != nil && !configuration.exitOnDeviceError ? .reopen : .end
    return settings
  }

  /// What `/state` and `/metrics` say of the program. The network was loaded before, so its file can be read.
  private var program: ProgramDescription {
    let path =
      configuration.model.isEmpty ? ResourceFiles.path(of: ResourceFiles.modelName) : configuration.model
    let details = (try? Safetensors(path: path).metadata) ?? [:]
    return ProgramDescription(
      version: Version.text, model: String(path.split(separator: "/").last ?? ""), modelDetails: details)
  }

  private func startServer(_ pipeline: Pipeline, _ logger: Logger) async throws(CommandFailure) -> HTTPServer
  {
    let context = StreamingContext(
      frames: pipeline.frames, labels: pipeline.labels, program: program, status: { pipeline.status })
    var limits = HTTPServerConfiguration()
    limits.maximumClients = configuration.maximumClients
    let server = HTTPServer(context: context, configuration: limits)
    let address: ListenAddress
    do { address = try ListenAddress(configuration.listen) } catch {
      throw CommandFailure(status: .configuration, message: "http.listen: \(error)")
    }
    guard address.isLoopback else {
      throw CommandFailure(
        status: .configuration,
        message: "http.listen: \(configuration.listen) would show the camera to the network without access "
          + "control; listen on 127.0.0.1 and let a reverse proxy or an ssh tunnel do that")
    }
    do {
      let bound = try await server.start(at: address)
      logger.info("watch at \(bound.url)")
      return server
    } catch {
      throw CommandFailure(status: .unavailable, message: "\(error)")
    }
  }
}
