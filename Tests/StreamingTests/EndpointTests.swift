import Capture
import Faces
import Foundation
import Imaging
import Pipeline
import Testing

@testable import Streaming

@Suite(.timeLimit(.minutes(10)))
struct EndpointTests {
  /// The parts of `/healthz` that are looked at.
  private struct Health: Decodable {
    struct Rates: Decodable {
      var captured: Double?
      var published: Double?
      var analysed: Double?
    }
    struct Counts: Decodable {
      var captured: UInt64
      var analysed: UInt64
      var dropped: [String: UInt64]
    }
    var status: String
    var source: String
    var reason: String?
    var fps: Rates
    var frames: Counts
    var milliseconds: [String: Double?]
    var faces: Int
    var clients: Int
    var viewers: Int
  }

  /// What `/faces` answers before there is a record, as any JSON reader sees it.
  private struct Record: Decodable {
    var time: String?
    var frame: UInt64?
    var width: Int?
    var height: Int?
    var faces: [[String: String]]
  }

  @Test func pageNeedsNothingFromElsewhere() async throws {
    try await TestServer.run { test in
      let client = try test.client()
      try client.get("/")
      let (head, body) = try client.readResponse()
      #expect(head["Content-Type"] == "text/html; charset=utf-8")
      let policy = try #require(head["Content-Security-Policy"])
      #expect(policy.hasPrefix("default-src 'none'"))
      #expect(!policy.contains("unsafe"))
      var text = String(decoding: body, as: UTF8.self)
      #expect(text.hasPrefix("<!doctype html>"))
      // Under this policy an inline style or script would do nothing.
      #expect(!text.contains("<style") && !text.contains("style=") && !text.contains("<script>"))
      for path in PageFile.all.map(\.path) where path.hasSuffix("s") {
        try client.get(path)
        text += String(decoding: try client.readResponse().body, as: UTF8.self)
      }
      #expect(!text.contains("//") || !text.contains("http"))
    }
  }

  @Test(arguments: [
    ("/page.css", "text/css; charset=utf-8"), ("/page.js", "text/javascript; charset=utf-8"),
    ("/theme.js", "text/javascript; charset=utf-8"), ("/openapi.json", "application/json"),
    ("/favicon.svg", "image/svg+xml"), ("/favicon.ico", "image/svg+xml"),
  ])
  func filesOfThePageAreThere(path: String, contentType: String) async throws {
    try await TestServer.run { test in
      let client = try test.client()
      try client.get(path)
      let (head, body) = try client.readResponse()
      #expect(head.status == 200)
      #expect(head["Content-Type"] == contentType)
      #expect(body.count > 100)
    }
  }

  @Test func facesAreTheNewestRecord() async throws {
    try await TestServer.run { test in
      let client = try test.client()
      try client.get("/faces")
      let before = try JSONDecoder().decode(Record.self, from: Data(try client.readResponse().body))
      #expect(before.faces.isEmpty)
      #expect(before.frame == nil)
      let face = LabelledFace(
        id: 3, box: PixelRectangle(x: 1, y: 2, width: 30, height: 40), emotion: .surprise, confidence: 0.4,
        scores: EmotionScores([0.1, 0.1, 0.1, 0.1, 0.1, 0.4, 0.1]), isUncertain: true)
      let record = LabelRecord(
        wallClockNanoseconds: 1_700_000_000_000_000_000, frame: 12, width: 640, height: 480, faces: [face])
      test.labels.publish(record)
      var status = PipelineStatus()
      status.source = .running
      test.status.set(status)
      try client.get("/faces")
      let (head, body) = try client.readResponse()
      #expect(head["Content-Type"] == "application/json")
      #expect(String(decoding: body, as: UTF8.self) == record.json + "\n")
      // Whoever was there when the camera went is not known to be there now.
      for source in [PipelineStatus.SourceState.waiting(reason: "unplugged"), .ended(reason: nil)] {
        status.source = source
        test.status.set(status)
        try client.get("/faces")
        let after = try JSONDecoder().decode(Record.self, from: Data(try client.readResponse().body))
        #expect(after.faces.isEmpty)
        #expect(after.time == nil)
      }
    }
  }

  @Test func theHistoryOfEventsIsWhatThePageShows() async throws {
    // Its timeline has a minute, and a camera 30 frames a second.
    #expect(HTTPLimits.eventHistoryCount >= 60 * 30)
    try await TestServer.run { test in
      let client = try test.client()
      try client.get("/events.js")
      let script = String(decoding: try client.readResponse().body, as: UTF8.self)
      #expect(script.contains("recent=\(HTTPLimits.eventHistoryCount)\""))
      try client.get("/openapi.json")
      let document = String(decoding: try client.readResponse().body, as: UTF8.self)
      #expect(document.contains("\"maximum\": \(HTTPLimits.eventHistoryCount),"))
    }
  }

  @Test func healthTellsHowThePipelineFares() async throws {
    try await TestServer.run { test in
      var status = PipelineStatus()
      status.source = .running
      status.sourceDescription = "/dev/video0 (\"Cam\")"
      status.capturedFramesPerSecond = 29.97
      status.analysedFramesPerSecond = .nan
      status.framesCaptured = 100
      status.framesDropped = ["superseded": 3, "short": 1]
      status.captureToEncodedMilliseconds = 12.34
      status.faceCount = 2
      test.status.set(status)
      let client = try await test.viewer()
      let other = try test.client()
      try other.get("/healthz")
      let (head, body) = try other.readResponse()
      #expect(head.status == 200)
      let health = try JSONDecoder().decode(Health.self, from: Data(body))
      #expect(health.status == "ok")
      #expect(health.source == "/dev/video0 (\"Cam\")")
      #expect(health.reason == nil)
      #expect(health.fps.captured == 30.0)
      #expect(health.fps.analysed == nil)
      #expect(health.frames.captured == 100)
      #expect(health.frames.dropped == ["superseded": 3, "short": 1])
      #expect(health.milliseconds == ["capture_to_encoded": 12.3, "analysis": nil])
      #expect(health.faces == 2)
      #expect(health.clients == 2)
      #expect(health.viewers == 1)
      withExtendedLifetime(client) {}
    }
  }

  @Test func daemonThatWaitsIsHealthyAndOneAtItsEndIsNot() async throws {
    try await TestServer.run { test in
      let client = try test.client()
      let cases: [(PipelineStatus.SourceState, Int, String, String?)] = [
        (.starting, 200, "waiting", "the source is being opened"),
        (.waiting(reason: "unplugged"), 200, "waiting", "unplugged"),
        (.ended(reason: nil), 503, "ended", nil), (.ended(reason: "it is cut"), 503, "ended", "it is cut"),
      ]
      for (source, code, state, reason) in cases {
        var status = PipelineStatus()
        status.source = source
        test.status.set(status)
        try client.get("/healthz")
        let (head, body) = try client.readResponse()
        #expect(head.status == code)
        let health = try JSONDecoder().decode(Health.self, from: Data(body))
        #expect(health.status == state)
        #expect(health.reason == reason)
      }
    }
  }
}
