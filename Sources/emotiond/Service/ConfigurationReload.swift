import Capture
import Logging
import Pipeline
import Synchronization

/// Reads the configuration again while the program runs, and puts into force what can be changed. A configuration with
/// a mistake changes nothing.
final class ConfigurationReload: Sendable {
  private let sources: ConfigurationSources
  private let cameras: [WatchedCamera]
  private let level: LogLevel
  private let logger: Logger
  private let files: @Sendable () -> Void
  /// What is in force: settings that wait for the next start keep their old value here.
  private let inForce: Mutex<Configuration>

  /// - Parameter files: Reads again what the configuration names and does not hold: token and certificate.
  init(
    _ configuration: Configuration, sources: ConfigurationSources, cameras: [WatchedCamera],
    level: LogLevel, logger: Logger, files: @escaping @Sendable () -> Void
  ) {
    inForce = Mutex(configuration)
    self.sources = sources
    self.cameras = cameras
    self.level = level
    self.logger = logger
    self.files = files
  }

  /// Called for each SIGHUP, one at a time.
  func reload() {
    ServiceNotifier.reloading()
    defer { ServiceNotifier.ready() }
    do throws(CommandFailure) {
      let new = try sources.load().configuration
      // Every camera's part is looked at before any of them is changed.
      _ = try SourceChoice.cameraRequest(new)
      for camera in new.cameras { _ = try SourceChoice.cameraRequest(new.configuration(for: camera)) }
      try apply(new)
      files()
    } catch {
      logger.error("configuration not reloaded: \(error.message); the old one stays in force")
      ServiceNotifier.status("the new configuration has a mistake and is not in force: \(error.message)")
    }
  }

  private func apply(_ new: Configuration) throws(CommandFailure) {
    let old = inForce.withLock { $0 }
    var current = old
    var changed = Self.adopt(new, into: &current, among: SettingTable.all)
    var isDifferent = !changed.isEmpty
    current.cameras = old.cameras
    let names = (old.cameras.map(\.name), new.cameras.map(\.name))
    if names.0 != names.1 {
      logger.warning("configuration reloaded: cameras that came or went do so at the next start")
    }
    for (index, entry) in old.cameras.enumerated() {
      guard let newEntry = new.cameras.first(where: { $0.name == entry.name }) else { continue }
      current.cameras[index] = entry.reloaded(from: newEntry)
      let (before, after) = (old.configuration(for: entry), new.configuration(for: newEntry))
      for setting in SettingTable.ofCameras where setting.read(before) != setting.read(after) {
        isDifferent = true
        report(setting, setting.read(after), of: "cameras.\(entry.name).\(setting.lastName)")
        // One that each camera has an own value of is told once.
        changed.removeAll { $0.key == setting.key }
      }
    }
    for setting in changed { report(setting, setting.read(new), of: setting.key) }
    if !isDifferent, names.0 == names.1 { logger.notice("configuration reloaded: nothing has changed") }
    level.value = Logger.Level(rawValue: current.logLevel) ?? .info
    for camera in cameras { try apply(old, current, to: camera) }
    inForce.withLock { $0 = current }
  }

  /// Takes what may change while the program runs.
  ///
  /// - Returns: What differs, at once or at the next start.
  private static func adopt(
    _ new: Configuration, into current: inout Configuration, among settings: [Setting]
  ) -> [Setting] {
    let changed = settings.filter { $0.read(current) != $0.read(new) }
    for setting in changed where setting.effect != .nextStart {
      // A value that was read from a configuration is one that can be written.
      try? setting.write(setting.read(new), to: &current)
    }
    return changed
  }

  private func apply(
    _ old: Configuration, _ new: Configuration, to camera: WatchedCamera
  ) throws(CommandFailure) {
    func own(_ configuration: Configuration) -> Configuration {
      configuration.configuration(for: configuration.cameras.first { $0.name == camera.name })
    }
    let (before, after) = (own(old), own(new))
    camera.pipeline.settings.adopt(after, mayRest: camera.choice.mayRest)
    let isReopened = SettingTable.all.contains { setting in
      setting.effect == .reopensCamera && setting.read(before) != setting.read(after)
    }
    guard isReopened, let supply = camera.choice.camera else { return }
    var request = try SourceChoice.cameraRequest(after)
    request.device = supply.request.device
    supply.ask(for: request)
    camera.pipeline.reopenSource()
  }

  private func report(_ setting: Setting, _ value: String, of key: String) {
    if setting.effect == .nextStart {
      logger.warning("configuration reloaded: \(key) takes effect at the next start")
    } else {
      logger.notice("configuration reloaded: \(key) is \(value) \(setting.effect.rawValue)")
    }
  }
}

extension PipelineSettings {
  /// Takes what a configuration says of the settings that may change while the program runs.
  mutating func adopt(_ configuration: Configuration, mayRest: Bool) {
    jpegQuality = configuration.jpegQuality
    passesThrough = configuration.passThrough
    drawsOverlay = configuration.overlay
    analysisFramesPerSecond = configuration.analysisFramesPerSecond
    idle = mayRest ? IdlePolicy(rawValue: configuration.idle) ?? .keep : .keep
    idleAfterSeconds = configuration.idleSeconds
    undecodableSeconds = configuration.cameraStallSeconds
  }
}
