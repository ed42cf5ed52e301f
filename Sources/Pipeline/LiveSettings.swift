import Synchronization

/// A pipeline's settings, which may change while it runs.
final class LiveSettings: Sendable {
  private let settings: Mutex<PipelineSettings>

  init(_ settings: PipelineSettings) { self.settings = Mutex(settings) }

  var value: PipelineSettings {
    get { settings.withLock { $0 } }
    set { settings.withLock { $0 = newValue } }
  }
}
