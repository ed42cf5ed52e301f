import Capture
import Logging
import Pipeline
import Synchronization

/// Reads the configuration again while the program runs, and puts into force what can be changed. A configuration with
/// a mistake changes nothing.
final class ConfigurationReload: Sendable {
  private let sources: ConfigurationSources
  private let pipeline: Pipeline
  private let camera: CameraSupply?
  private let mayRest: Bool
  private let level: LogLevel
  private let logger: Logger
  /// What is in force: settings that wait for the next start keep their old value here.
  private let inForce: Mutex<Configuration>

  init(
    _ configuration: Configuration, sources: ConfigurationSources, pipeline: Pipeline, choice: SourceChoice,
    level: LogLevel, logger: Logger
  ) {
    inForce = Mutex(configuration)
    self.sources = sources
    self.pipeline = pipeline
    camera = choice.camera
    mayRest = choice.mayRest
    self.level = level
    self.logger = logger
  }

  /// Called for each SIGHUP, one at a time.
  func reload() {
    ServiceNotifier.reloading()
    defer { ServiceNotifier.ready() }
    do throws(CommandFailure) {
      let new = try sources.load().configuration
      let request = try SourceChoice.cameraRequest(new)
      report(apply(new, request))
    } catch {
      logger.error("configuration not reloaded: \(error.message); the old one stays in force")
      ServiceNotifier.status("the new configuration has a mistake and is not in force: \(error.message)")
    }
  }

  private func apply(_ new: Configuration, _ request: V4L2Request) -> [Setting] {
    let (changed, current) = inForce.withLock { current -> ([Setting], Configuration) in
      let changed = SettingTable.all.filter { $0.read(current) != $0.read(new) }
      for setting in changed where setting.effect != .nextStart {
        // A value that was read from a configuration is one that can be written.
        try? setting.write(setting.read(new), to: &current)
      }
      return (changed, current)
    }
    pipeline.settings.adopt(current, mayRest: mayRest)
    level.value = Logger.Level(rawValue: current.logLevel) ?? .info
    if let camera, changed.contains(where: { $0.effect == .reopensCamera }) {
      var request = request
      request.device = camera.request.device
      camera.ask(for: request)
      pipeline.reopenSource()
    }
    return changed
  }

  private func report(_ changed: [Setting]) {
    let current = inForce.withLock { $0 }
    guard !changed.isEmpty else {
      logger.notice("configuration reloaded: nothing has changed")
      return
    }
    for setting in changed {
      if setting.effect == .nextStart {
        logger.warning("configuration reloaded: \(setting.key) takes effect at the next start")
      } else {
        logger.notice(
          "configuration reloaded: \(setting.key) is \(setting.read(current)) \(setting.effect.rawValue)")
      }
    }
  }
}

extension PipelineSettings {
  /// Takes what a configuration says of the settings that may change while the program runs.
  mutating func adopt(_ configuration: Configuration, mayRest: Bool) {
    jpegQuality = configuration.jpegQuality
    drawsOverlay = configuration.overlay
    analysisFramesPerSecond = configuration.analysisFramesPerSecond
    idle = mayRest ? IdlePolicy(rawValue: configuration.idle) ?? .keep : .keep
    idleAfterSeconds = configuration.idleSeconds
    undecodableSeconds = configuration.cameraStallSeconds
  }
}
