import NIOCore
import Pipeline

/// `/cameras`: which cameras there are, where each is shown, and how it fares.
struct CameraListResponder: Responder {
  let monitor: Monitor

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    let cameras = monitor.snapshot.cameras.map { camera in
      JSONValue.object([
        ("name", .string(camera.pathName)), ("path", .string("/cameras/\(camera.pathName)/")),
        ("state", .string(camera.pipeline.source.word)),
        ("reason", .optional(camera.pipeline.source.reason)),
        ("source", .string(camera.pipeline.sourceDescription)),
        ("faces", .count(camera.pipeline.source == .running ? camera.pipeline.faceCount : 0)),
        ("viewers", .count(camera.viewers)),
        (
          "fps",
          .object([
            ("captured", .number(camera.pipeline.capturedFramesPerSecond, decimals: 1)),
            ("analysed", .number(camera.pipeline.analysedFramesPerSecond, decimals: 1)),
          ])
        ),
      ])
    }
    return .complete(.json(JSONValue.object([("cameras", .array(cameras))]).text))
  }
}
