import NIOCore
import Pipeline

/// `/readyz`: whether pictures and labels come now.
///
/// 200 while the source runs, frames come from it and are analysed; else 503 with the reason. A daemon that
/// waits for its camera is healthy (`/healthz`) and not ready; one whose camera rests because nobody watches is, for it
/// opens for whoever comes. Where there are several cameras, all have to be ready. `Retry-After` is told as long as that
/// may come to be: not once one of them has ended.
struct ReadyResponder: Responder {
  /// Labels that are late by less may come yet: a slow machine under load, a camera that was just opened.
  private static let patienceSeconds = 5.0
  private static let patienceIntervals = 10.0

  let monitor: Monitor

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    let cameras = monitor.snapshot.cameras
    let reason = Self.obstacle(cameras)
    let json = JSONValue.object([("ready", .bool(reason == nil)), ("reason", .optional(reason))])
    var response = Response.json(json.text, status: reason == nil ? .ok : .serviceUnavailable)
    if reason != nil, !cameras.contains(where: \.pipeline.source.hasEnded) {
      response.headers.add(name: "Retry-After", value: "5")
    }
    return .complete(response)
  }

  /// What every camera that is not ready waits for; nil where there is none.
  static func obstacle(_ cameras: [CameraSnapshot]) -> String? {
    let obstacles = cameras.compactMap { camera in
      obstacle(camera.pipeline).map { reason in camera.name.map { "\($0): \(reason)" } ?? reason }
    }
    return obstacles.isEmpty ? nil : obstacles.joined(separator: "; ")
  }

  /// Why there are no pictures and labels; nil where there are.
  static func obstacle(_ status: PipelineStatus) -> String? {
    switch status.source {
    case .ended: status.source.ending
    case .waiting where status.camera.state == .idle: nil
    case .starting, .waiting: status.source.reason
    case .running where status.capturedFramesPerSecond <= 0: "the source sends no frames"
    case .running where status.framesAnalysed == 0: "no frame was analysed yet"
    case .running: silence(status)
    }
  }

  /// That the analysis came to a halt; nil while it goes on. A camera that is slowed down because nobody watches still
  /// has two frames a second analysed.
  private static func silence(_ status: PipelineStatus) -> String? {
    let limit = max(patienceSeconds, patienceIntervals * status.analysisIntervalSeconds)
    guard let seconds = status.secondsSinceAnalysis, seconds > limit else { return nil }
    return "no frame was analysed for \(Int(seconds)) s"
  }
}
