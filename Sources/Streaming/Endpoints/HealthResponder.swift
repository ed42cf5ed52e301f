import NIOCore
import NIOHTTP1
import Pipeline

/// How many are connected.
struct ClientCounts: Sendable {
  /// Open connections, viewers among them.
  var clients: Int
  /// Those that watch the stream.
  var viewers: Int
}

/// `/healthz`: whether the daemon lives, and how it fares.
///
/// 200 as long as it works or waits for its camera, 503 once the source came to its end. `status` is `ok`,
/// `waiting` (then `reason` says for what, else it is null) or `ended`. Rates are in frames a second over the
/// last seconds, `milliseconds` is how long the newest frame took (null before the first).
struct HealthResponder: Responder {
  let status: @Sendable () -> PipelineStatus
  let clients: @Sendable () -> ClientCounts

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    let status = status()
    return .complete(
      .json(
        Self.json(status: status, clients: clients()),
        status: status.source == .ended ? .serviceUnavailable : .ok))
  }

  static func json(status: PipelineStatus, clients: ClientCounts) -> String {
    let (state, reason): (String, String?) =
      switch status.source {
      case .starting: ("waiting", "the source is being opened")
      case .running: ("ok", nil)
      case .waiting(let reason): ("waiting", reason)
      case .ended: ("ended", nil)
      }
    var json = "{\"status\":\"\(state)\",\"source\":" + JSONText.quoted(status.sourceDescription)
    json += ",\"reason\":" + (reason.map(JSONText.quoted) ?? "null")
    json += ",\"fps\":{\"captured\":" + tenths(status.capturedFramesPerSecond)
    json += ",\"published\":" + tenths(status.publishedFramesPerSecond)
    json += ",\"analysed\":" + tenths(status.analysedFramesPerSecond)
    json += "},\"frames\":{\"captured\":\(status.framesCaptured),\"analysed\":\(status.framesAnalysed)"
    json += ",\"dropped\":{"
    json += status.framesDropped.sorted { $0.key < $1.key }
      .map { JSONText.quoted($0.key) + ":\($0.value)" }.joined(separator: ",")
    json += "}},\"milliseconds\":{\"capture_to_encoded\":" + tenths(status.captureToEncodedMilliseconds)
    json += ",\"analysis\":" + tenths(status.analysisMilliseconds)
    json += "},\"faces\":\(status.faceCount),\"clients\":\(clients.clients),\"viewers\":\(clients.viewers)}"
    return json
  }

  /// A number with one decimal; null where there is none, or where JSON has none for it.
  private static func tenths(_ value: Double?) -> String {
    guard let value, value.isFinite, abs(value) < 1e12 else { return "null" }
    let tenths = Int64((value * 10).rounded())
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }
}
