import Foundation
import Pipeline
import Streaming

/// Tells systemd in regular intervals how the service fares, and that it lives: only while every loop turns and
/// the HTTP server's loop answers. A service that hangs is then restarted by systemd.
struct ServiceReporter {
  let cameras: [WatchedCamera]
  let server: HTTPServer?

  private static let statusSeconds = 5.0

  /// Runs until its task is cancelled.
  func report() async {
    // A change of the camera is told at once and not at the next round.
    let subscriptions = cameras.map { camera in
      camera.pipeline.labels.subscribe(isConsumer: false) { record in
        if case .camera = record { ServiceNotifier.status(text) }
      }
    }
    defer { for subscription in subscriptions { subscription.cancel() } }
    let watchdog = ServiceNotifier.watchdogSeconds
    let interval = min(Self.statusSeconds, (watchdog ?? .infinity) / 3)
    while !Task.isCancelled {
      if let watchdog, await isAlive(withinSeconds: watchdog / 2) { ServiceNotifier.alive() }
      ServiceNotifier.status(text)
      try? await Task.sleep(for: .seconds(interval))
    }
  }

  private func isAlive(withinSeconds seconds: Double) async -> Bool {
    let heartbeats = cameras.flatMap(\.pipeline.heartbeats)
    guard heartbeats.allSatisfy({ $0.isFresh(withinSeconds: seconds) }) else { return false }
    // An answer from the server's loops; where one hangs this does not return, and no sign of life is given.
    await server?.confirmResponsive()
    return true
  }

  /// `door: ...; hall: ...`, or without a name where there is one camera.
  private var text: String {
    cameras.map { camera in
      let text = Self.text(camera.pipeline.status)
      return camera.name.map { "\($0): \(text)" } ?? text
    }.joined(separator: "; ")
  }

  /// `/dev/video0 (HD Webcam), 640x480 MJPG at 30 fps; 30.0 fps in, 15.0 analysed, 2 faces`
  static func text(_ status: PipelineStatus) -> String {
    switch status.source {
    case .starting: return "starting"
    case .ended(let reason): return reason.map { "ended: \($0)" } ?? "ended"
    case .waiting(let reason): return "waiting: \(reason)"
    case .running:
      let rates = String(
        format: "%.1f fps in, %.1f analysed", status.capturedFramesPerSecond, status.analysedFramesPerSecond)
      return
        "\(status.sourceDescription); \(rates), \(status.faceCount) \(status.faceCount == 1 ? "face" : "faces")"
    }
  }
}
