import NIOCore
import Pipeline

/// `/healthz`: whether the daemon lives, and how it fares.
///
/// 200 as long as it works or waits for its camera, 503 once the source came to its end. `status` is `ok`,
/// `waiting` (then `reason` says for what) or `ended` (then `reason` says why, where the source failed); else `reason`
/// is null. Rates are in frames a second over the last seconds, `milliseconds` is how long the newest frame took (null
/// before the first). Of several cameras the first's figures come first, and `cameras` has each one's; the daemon lives
/// while one of them does. Where a token is needed and none was shown, `status` is all that is told.
struct HealthResponder: Responder {
  let monitor: Monitor

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    let snapshot = monitor.snapshot
    let cameras = snapshot.cameras
    var members = Self.members(cameras[0], connections: snapshot.connections)
    if cameras.count > 1 {
      members[0].1 = .string(
        Self.words.first { word in cameras.contains { Self.word($0) == word } } ?? "ended")
      members.append(
        (
          "cameras",
          .object(
            cameras.map { ($0.pathName, .object(Self.members($0, connections: snapshot.connections))) })
        ))
    }
    // How many faces there are is nobody's business who has not shown the token.
    if !request.isTrusted { members.removeAll { $0.0 != "status" } }
    let isOver = cameras.allSatisfy { $0.pipeline.source.hasEnded }
    return .complete(.json(JSONValue.object(members).text, status: isOver ? .serviceUnavailable : .ok))
  }

  /// From the best to the worst.
  private static let words = ["ok", "waiting", "ended"]

  private static func word(_ camera: CameraSnapshot) -> String {
    switch camera.pipeline.source {
    case .starting, .waiting: "waiting"
    case .running: "ok"
    case .ended: "ended"
    }
  }

  private static func members(_ camera: CameraSnapshot, connections: Int) -> [(String, JSONValue)] {
    let status = camera.pipeline
    return [
      ("status", .string(word(camera))), ("source", .string(status.sourceDescription)),
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
      ("faces", .count(status.source == .running ? status.faceCount : 0)), ("clients", .count(connections)),
      ("viewers", .count(camera.viewers)),
    ]
  }
}
