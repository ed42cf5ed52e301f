import Capture
import Dispatch
import Glibc
import Logging
import Pipeline
import Streaming

/// One run: source, pipeline, outputs, HTTP and systemd, from start to end.
struct Daemon {
  let configuration: Configuration

  /// Runs until the source's end, a failure or a signal.
  func run() async throws(CommandFailure) -> ExitStatus {
    let logger = makeLogger()
    let choice = try SourceChoice(configuration: configuration, logger: logger)
    let analyzer = try AnalyzerFactory.analyzer(for: configuration)
    let settings = pipelineSettings(for: choice)
    let pipeline = Pipeline(settings: settings, logger: logger, analyzer: analyzer, openSource: choice.open)
    let isServing = configuration.listen != "off"
    let sinks = try OutputSinks(
      configuration: configuration, isLossless: settings.isLossless, pipeline: pipeline, logger: logger,
      allGone: { if !isServing { pipeline.stop() } })
    let server = isServing ? try await startServer(pipeline, logger) : nil
    let signals = StopSignals {
      pipeline.stop()
      // A reader that is stopped must not keep a pipeline that waits for it.
      DispatchQueue.global().async { sinks.finish() }
    }
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
    if case .failed(let error) = ending { throw CommandFailure(error) }
    return sinks.hasLostOutput ? .inputOutput : .done
  }

  private func makeLogger() -> Logger {
    let level = Logger.Level(rawValue: configuration.logLevel) ?? .info
    return Logger(label: "emotiond") { _ in
      var handler = StandardErrorLog()
      handler.logLevel = level
      return handler
    }
  }

  private func pipelineSettings(for choice: SourceChoice) -> PipelineSettings {
    var settings = PipelineSettings()
    settings.jpegQuality = configuration.jpegQuality
    settings.drawsOverlay = configuration.overlay
    settings.analysisFramesPerSecond = configuration.analysisFramesPerSecond
    settings.isLossless = !choice.isLive && configuration.speed == "max"
    settings.recovery = choice.isCamera && !configuration.exitOnDeviceError ? .reopen : .end
    return settings
  }

  private func startServer(_ pipeline: Pipeline, _ logger: Logger) async throws(CommandFailure) -> HTTPServer
  {
    let context = StreamingContext(
      frames: pipeline.frames, labels: pipeline.labels, status: { pipeline.status })
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

/// SIGTERM and SIGINT ask for an orderly end; a second one ends at once.
private final class StopSignals {
  private let sources: [any DispatchSourceSignal]

  init(stop: @escaping @Sendable () -> Void) {
    let queue = DispatchQueue(label: "signals")
    let count = SignalCount()
    sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if count.increment() > 1 { _exit(128 + number) }
        stop()
      }
      source.resume()
      return source
    }
  }

  func cancel() { for source in sources { source.cancel() } }
}
