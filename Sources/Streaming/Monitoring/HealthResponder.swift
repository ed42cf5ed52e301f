import NIOCore
import Pipeline

/// `/healthz`: whether the daemon lives, and how it fares.
///
/// 200 as long as it works or waits for its camera, 503 once the source came to its end. `status` is `ok`,
/// `waiting` (then `reason` says for what, else it is null) or `ended`. Rates are in frames a second over the
/// last seconds, `milliseconds` is how long the newest frame took (null before the first).
struct HealthResponder: Responder {
  let monitor: Monitor

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    let snapshot = monitor.snapshot
    return .complete(
      .json(
        Self.json(snapshot).text,
        status: snapshot.pipeline.source == .ended ? .serviceUnavailable : .ok))
  }

  static func json(_ snapshot: ServerSnapshot) -> JSONValue {
    let status = snapshot.pipeline
    let state =
      switch status.source {
      case .starting, .waiting: "waiting"
      case .running: "ok"
      case .ended: "ended"
      }
    return .object([
      ("status", .string(state)), ("source", .string(status.sourceDescription)),
      ("reason", .optional(status.source.reason)),
      (
        "fps",
        .object([
          ("captured", .number(status.capturedFramesPerSecond, decimals: 1)),
          ("published", .number(status.publishedFramesPerSecond, decimals: 1)),
          ("analysed", .number(status.analysedFramesPerSecond, decimals: 1)),
        ])
      ),
      (
        "frames",
        .object([
          ("captured", .count(status.framesCaptured)), ("analysed", .count(status.framesAnalysed)),
          (
            "dropped",
            .object(status.framesDropped.sorted { $0.key < $1.key }.map { ($0.key, .count($0.value)) })
          ),
        ])
      ),
      (
        "milliseconds",
        .object([
          ("capture_to_encoded", .optional(status.captureToEncodedMilliseconds, decimals: 1)),
          ("analysis", .optional(status.analysisMilliseconds, decimals: 1)),
        ])
      ),
      ("faces", .count(status.faceCount)), ("clients", .count(snapshot.clients.clients)),
      ("viewers", .count(snapshot.clients.viewers)),
    ])
  }
}
