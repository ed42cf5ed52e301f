import Capture
import NIOCore
import Pipeline

/// `/state`: everything that the daemon knows of itself and one camera, as JSON. The schema is in `/openapi.json`.
struct StateResponder: Responder {
  /// Of one camera.
  let monitor: Monitor

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    let snapshot = monitor.snapshot
    return .complete(.json(Self.json(snapshot, of: snapshot.cameras[0], process: .now).text))
  }

  static func json(_ snapshot: ServerSnapshot, of camera: CameraSnapshot, process: ProcessFigures)
    -> JSONValue
  {
    let program = snapshot.program
    let status = camera.pipeline
    return .object([
      ("version", .string(program.version)),
      (
        "model",
        .object([
          ("name", .string(program.model)),
          (
            "details",
            .object(program.modelDetails.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
          ),
        ])
      ),
      ("started", .string(RFC3339.string(nanosecondsSince1970: program.startNanosecondsSince1970))),
      ("uptime_seconds", .number(program.uptimeSeconds, decimals: 1)),
      ("camera_name", .optional(camera.name)), ("camera", self.camera(status)),
      (
        "size",
        camera.labels.map { .object([("width", .count($0.width)), ("height", .count($0.height))]) } ?? .null
      ),
      (
        "fps",
        .object([
          ("captured", .number(status.capturedFramesPerSecond, decimals: 1)),
          ("published", .number(status.publishedFramesPerSecond, decimals: 1)),
          ("analysed", .number(status.analysedFramesPerSecond, decimals: 1)),
        ])
      ),
      ("frames", frames(status)),
      ("faces", .count(status.source == .running ? status.faceCount : 0)),
      (
        "clients",
        .object([
          ("connections", .count(snapshot.connections)), ("limit", .count(snapshot.maximumClients)),
          ("stream", .count(camera.viewers)), ("events", .count(camera.eventReaders)),
        ])
      ),
      ("latency_milliseconds", latencies(camera)),
      ("resident_memory_bytes", process.residentBytes.map(JSONValue.count) ?? .null),
    ])
  }

  private static func camera(_ status: PipelineStatus) -> JSONValue {
    .object([
      ("state", .string(status.source.word)), ("source", .string(status.sourceDescription)),
      ("reason", .optional(status.source.reason)), ("device", .optional(status.camera.device)),
      ("condition", .optional(status.camera.state?.rawValue)), ("starts", .count(status.camera.starts)),
      (
        "faults", .object(status.camera.faults.sorted { $0.key < $1.key }.map { ($0.key, .count($0.value)) })
      ),
      ("last_outage_seconds", .optional(status.camera.lastOutageSeconds, decimals: 1)),
    ])
  }

  private static func frames(_ status: PipelineStatus) -> JSONValue {
    .object([
      ("captured", .count(status.framesCaptured)), ("analysed", .count(status.framesAnalysed)),
      ("published", .count(status.framesPublished)),
      (
        "dropped",
        .object(DropReason.allCases.map { ($0.rawValue, .count(status.framesDropped[$0.rawValue] ?? 0)) })
      ),
    ])
  }

  /// Of each stage the median and the 95th percentile of its newest 64 times.
  private static func latencies(_ snapshot: CameraSnapshot) -> JSONValue {
    var stages = LatencyStage.allCases.map { ($0.rawValue, snapshot.pipeline.latencies[$0]) }
    stages.append(("capture_to_sent", snapshot.streaming.captureToSent))
    return .object(
      stages.map { name, histogram in
        (
          name,
          .object([
            ("median", .optional(histogram?.recentMedianMilliseconds, decimals: 1)),
            ("p95", .optional(histogram?.recent95thMilliseconds, decimals: 1)),
          ])
        )
      })
  }
}
