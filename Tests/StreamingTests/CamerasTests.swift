import Faces
import Foundation
import Pipeline
import Testing

@testable import Streaming

@Suite struct CamerasTests {
  private static let names = ["door", "hall"]

  private func record(frame: UInt64, camera: String) -> LabelRecord {
    LabelRecord(
      wallClockNanoseconds: 0, frame: frame, width: 640, height: 480, cameraName: camera, faces: [])
  }

  private func object(_ path: String, _ test: TestServer) throws -> (Int, [String: Any]) {
    let client = try test.client()
    try client.get(path)
    let (head, body) = try client.readResponse()
    let json = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
    return (try #require(head.status), try #require(json))
  }

  @Test func eachCameraIsBelowItsNameAndTheFirstIsTheOneWithout() async throws {
    try await TestServer.run(cameras: Self.names) { test in
      var running = PipelineStatus()
      running.source = .running
      for camera in test.cameras { camera.status.set(running) }
      for (number, name) in Self.names.enumerated() {
        test.cameras[number].labels.publish(record(frame: UInt64(100 + number), camera: name))
      }
      #expect(try object("/faces", test).1["frame"] as? Int == 100)
      for (number, name) in Self.names.enumerated() {
        let (status, faces) = try object("/cameras/\(name)/faces", test)
        #expect(status == 200)
        #expect(faces["frame"] as? Int == 100 + number)
        #expect(faces["camera_name"] as? String == name)
        #expect(try object("/cameras/\(name)/state", test).1["camera_name"] as? String == name)
      }
      #expect(try object("/cameras/attic/faces", test).0 == 404)
    }
  }

  @Test func eachStreamShowsItsOwnFrames() async throws {
    try await TestServer.run(cameras: Self.names) { test in
      let viewers = [
        try await test.viewer(path: "/cameras/door/stream.mjpg"),
        try await test.viewer(path: "/cameras/hall/stream.mjpg"),
      ]
      for (number, camera) in test.cameras.enumerated() {
        camera.frames.publish(fakeFrame(UInt64(7 + number)))
      }
      for (number, viewer) in viewers.enumerated() {
        _ = try viewer.readHead()
        let part = try viewer.readText(upTo: "\r\n\r\n")
        #expect(part.contains("X-Timestamp: \(7 + number).000000"), "\(part)")
      }
    }
  }

  @Test func theListAndTheFiguresNameEveryCamera() async throws {
    try await TestServer.run(cameras: Self.names) { test in
      var running = PipelineStatus()
      running.source = .running
      running.capturedFramesPerSecond = 30
      running.framesCaptured = 5
      running.framesAnalysed = 5
      test.cameras[0].status.set(running)
      var waiting = PipelineStatus()
      waiting.source = .waiting(reason: "it is away")
      test.cameras[1].status.set(waiting)

      let list = try #require(try object("/cameras", test).1["cameras"] as? [[String: Any]])
      #expect(list.map { $0["name"] as? String } == Self.names)
      #expect(list.map { $0["path"] as? String } == ["/cameras/door/", "/cameras/hall/"])
      #expect(list.map { $0["state"] as? String } == ["running", "waiting"])

      let health = try object("/healthz", test)
      #expect(health.0 == 200)
      #expect(health.1["status"] as? String == "ok")
      let parts = try #require(health.1["cameras"] as? [String: [String: Any]])
      #expect(parts["hall"]?["status"] as? String == "waiting")
      let ready = try object("/readyz", test)
      #expect(ready.0 == 503)
      #expect(ready.1["reason"] as? String == "hall: it is away")
      #expect(try object("/cameras/door/readyz", test).0 == 200)

      let client = try test.client()
      try client.get("/metrics")
      let metrics = String(decoding: try client.readResponse().body, as: UTF8.self)
      #expect(metrics.contains("emotiond_frames_captured_total{camera=\"door\"} 5\n"))
      #expect(metrics.contains("emotiond_frames_captured_total{camera=\"hall\"} 0\n"))
      #expect(metrics.contains("emotiond_camera_state{camera=\"hall\",state=\"waiting\"} 1\n"))
      // Prometheus refuses a family that is described twice.
      let types = metrics.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
      #expect(Set(types).count == types.count)

      test.cameras[1].status.set(running)
      #expect(try object("/readyz", test).0 == 200)
      var ended = PipelineStatus()
      ended.source = .ended(reason: "the film is cut")
      test.cameras[1].status.set(ended)
      #expect(try object("/healthz", test).0 == 200)
      let rest = try #require(try object("/cameras", test).1["cameras"] as? [[String: Any]])
      #expect(rest[1]["state"] as? String == "ended")
      #expect(rest[1]["reason"] as? String == "the film is cut")
      #expect(try object("/cameras/hall/snapshot.jpg", test).0 == 503)
      test.cameras[0].status.set(ended)
      #expect(try object("/healthz", test).0 == 503)
    }
  }

  @Test func theRootIsTheOverviewAndEachCameraHasItsPage() async throws {
    try await TestServer.run(cameras: Self.names) { test in
      func get(_ path: String) throws -> (head: TestHead, body: String) {
        let client = try test.client()
        try client.get(path)
        let (head, body) = try client.readResponse()
        return (head, String(decoding: body, as: UTF8.self))
      }
      let overview = try get("/")
      #expect(overview.head.status == 200)
      #expect(overview.body.contains("overview.js"))
      #expect(overview.head["Content-Security-Policy"]?.contains("default-src 'none'") == true)
      #expect(try get("/overview.js").head.status == 200)
      for file in ["", "page.js", "page.css"] { #expect(try get("/cameras/hall/\(file)").head.status == 200) }
      let redirect = try get("/cameras/hall")
      #expect(redirect.head.status == 308)
      #expect(redirect.head["Location"] == "hall/", "relative: a proxy may have a path in front")
      #expect(try get("/cameras/hall?token=abc").head["Location"] == "hall/?token=abc")
      #expect(try get("/?x=1").body.contains("overview.js"))
      for path in [
        "/cameras/", "/cameras//", "/cameras/../", "/cameras/hall/../door/", "/cameras/HALL/",
        "/cameras/hall/overview", "/cameras/hall/overview.js",
      ] {
        #expect(try get(path).head.status == 404, "\(path)")
      }
    }
  }

  @Test func anOnlyCameraHasAPathToo() async throws {
    try await TestServer.run { test in
      #expect(try object("/cameras/camera/state", test).0 == 200)
      let list = try #require(try object("/cameras", test).1["cameras"] as? [[String: Any]])
      #expect(list.map { $0["path"] as? String } == ["/cameras/camera/"])
      let client = try test.client()
      try client.get("/")
      #expect(String(decoding: try client.readResponse().body, as: UTF8.self).contains("page.js"))
    }
  }
}
