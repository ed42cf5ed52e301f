import Capture
import Faces
import Foundation
import Imaging
import Pipeline
import Testing

@testable import Streaming

@Suite(.timeLimit(.minutes(10)))
struct MonitoringTests {
  private func runningStatus() -> PipelineStatus {
    var status = PipelineStatus()
    status.source = .running
    status.sourceDescription = "/dev/video0 (\"Cam\\\")"
    status.capturedFramesPerSecond = 29.97
    status.framesCaptured = 1000
    status.framesAnalysed = 500
    status.framesPublished = 900
    status.faceCount = 1
    status.framesDropped = ["superseded": 3]
    status.camera.device = "/dev/video0"
    status.camera.state = .running
    status.camera.starts = 3
    status.camera.faults = ["lost": 2]
    status.camera.lastOutageSeconds = 2.5
    var histogram = LatencyHistogram()
    for milliseconds in 1...10 { histogram.record(nanoseconds: UInt64(milliseconds) * 4_000_000) }
    status.latencies = [.analysis: histogram, .captureToEncoded: histogram]
    return status
  }

  private func face(_ emotion: Emotion) -> LabelledFace {
    LabelledFace(
      id: 3, box: PixelRectangle(x: 1, y: 2, width: 30, height: 40), emotion: emotion, confidence: 0.4,
      scores: EmotionScores([0.1, 0.1, 0.1, 0.1, 0.1, 0.4, 0.1]), isUncertain: true)
  }

  private func text(_ test: TestServer, _ path: String) throws -> (TestHead, String) {
    let client = try test.client()
    try client.get(path)
    let (head, body) = try client.readResponse()
    return (head, String(decoding: body, as: UTF8.self))
  }

  @Test func metricsAreInPrometheusFormat() async throws {
    try await TestServer.run { test in
      test.status.set(runningStatus())
      test.labels.publish(
        LabelRecord(
          wallClockNanoseconds: 0, frame: 1, width: 640, height: 480,
          faces: [face(.surprise), face(.surprise), face(.fear)]))
      let viewer = try await test.viewer()
      test.frames.publish(fakeFrame(1, capturedAt: .now))
      _ = try viewer.readHead()
      _ = try text(test, "/nothing")
      let (head, text) = try text(test, "/metrics")
      #expect(head["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
      let metrics = try PrometheusText(text)
      #expect(metrics.types["emotiond_frames_captured_total"] == "counter")
      #expect(metrics.samples["emotiond_frames_captured_total"] == 1000)
      #expect(metrics.samples[#"emotiond_frames_dropped_total{reason="superseded"}"#] == 3)
      #expect(metrics.samples[#"emotiond_frames_dropped_total{reason="short"}"#] == 0)
      #expect(metrics.samples[#"emotiond_faces{emotion="surprise"}"#] == 2)
      #expect(metrics.samples[#"emotiond_faces{emotion="anger"}"#] == 0)
      #expect(metrics.samples["emotiond_faces_uncertain"] == 3)
      #expect(metrics.samples[#"emotiond_camera_state{state="running"}"#] == 1)
      #expect(metrics.samples[#"emotiond_camera_state{state="waiting"}"#] == 0)
      #expect(metrics.samples["emotiond_camera_starts_total"] == 3)
      #expect(metrics.samples[#"emotiond_camera_faults_total{fault="lost"}"#] == 2)
      #expect(metrics.samples[#"emotiond_camera_faults_total{fault="busy"}"#] == 0)
      #expect(metrics.samples["emotiond_stream_clients"] == 1)
      #expect(metrics.samples["emotiond_stream_frames_sent_total"] == 1)
      #expect(metrics.samples["emotiond_http_connections_limit"] == 64)
      #expect(metrics.samples[#"emotiond_http_answers_total{code="404"}"#] == 1)
      #expect(metrics.samples[#"emotiond_build_info{version="1.2.3",model="a\"b\\c"}"#] == 1)
      #expect(try #require(metrics.samples["emotiond_resident_memory_bytes"]) > 1_000_000)
      #expect(try #require(metrics.samples["emotiond_open_descriptors"]) > 3)
      let analysis = #"emotiond_stage_duration_seconds_bucket{stage="analysis",le="#
      #expect(metrics.samples[analysis + #""0.01"}"#] == 2)
      #expect(metrics.samples[analysis + #""+Inf"}"#] == 10)
      #expect(metrics.samples[#"emotiond_stage_duration_seconds_sum{stage="analysis"}"#] == 0.22)
      #expect(metrics.samples[#"emotiond_frame_latency_seconds_count{until="sent"}"#] == 1)
    }
  }

  @Test func metricsOfACameraThatIsAwayShowNoFaces() async throws {
    try await TestServer.run { test in
      test.labels.publish(
        LabelRecord(wallClockNanoseconds: 0, frame: 1, width: 640, height: 480, faces: [face(.fear)]))
      var status = runningStatus()
      status.source = .waiting(reason: "unplugged")
      test.status.set(status)
      let metrics = try PrometheusText(try text(test, "/metrics").1)
      #expect(metrics.samples[#"emotiond_faces{emotion="fear"}"#] == 0)
      #expect(metrics.samples[#"emotiond_camera_state{state="waiting"}"#] == 1)
    }
  }

  @Test func stateTellsAll() async throws {
    try await TestServer.run { test in
      test.status.set(runningStatus())
      test.labels.publish(LabelRecord(wallClockNanoseconds: 0, frame: 1, width: 640, height: 480, faces: []))
      let (head, text) = try text(test, "/state")
      #expect(head["Content-Type"] == "application/json")
      let state = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      #expect(state["version"] as? String == "1.2.3")
      #expect((state["model"] as? [String: Any])?["name"] as? String == "a\"b\\c")
      #expect((state["camera"] as? [String: Any])?["source"] as? String == "/dev/video0 (\"Cam\\\")")
      #expect((state["camera"] as? [String: Any])?["last_outage_seconds"] as? Double == 2.5)
      #expect((state["size"] as? [String: Int]) == ["width": 640, "height": 480])
      let frames = try #require(state["frames"] as? [String: Any])
      #expect((frames["dropped"] as? [String: Int])?["superseded"] == 3)
      #expect((frames["dropped"] as? [String: Int])?.count == DropReason.allCases.count)
      let latency = try #require(state["latency_milliseconds"] as? [String: [String: Any]])
      #expect(latency["analysis"]?["median"] as? Double == 20)
      #expect(latency["analysis"]?["p95"] as? Double == 40)
      #expect(latency["decode"]?["median"] is NSNull)
      #expect((state["clients"] as? [String: Int])?["limit"] == 64)
      #expect(try #require(state["uptime_seconds"] as? Double) >= 0)
    }
  }

  @Test func readinessNeedsAPictureAndLabels() async throws {
    try await TestServer.run { test in
      var cases: [(PipelineStatus, String?)] = [(runningStatus(), nil)]
      var status = runningStatus()
      status.framesAnalysed = 0
      cases.append((status, "no frame was analysed yet"))
      // Labels that stopped, by the rate that is asked for: slow ones may take their time.
      for (interval, seconds, reason) in [
        (0.1, 4.9, nil), (0.1, 6.5, "no frame was analysed for 6 s"), (2, 19, nil),
        (2, 21, "no frame was analysed for 21 s"),
      ] as [(Double, Double, String?)] {
        status = runningStatus()
        status.analysisIntervalSeconds = interval
        status.secondsSinceAnalysis = seconds
        cases.append((status, reason))
      }
      status = runningStatus()
      status.capturedFramesPerSecond = 0
      cases.append((status, "the source sends no frames"))
      status.source = .waiting(reason: "unplugged")
      cases.append((status, "unplugged"))
      status.camera.state = .lost
      cases.append((status, "unplugged"))
      // It opens for whoever comes.
      status.camera.state = .idle
      cases.append((status, nil))
      status.source = .ended(reason: nil)
      cases.append((status, "the source came to its end"))
      status.source = .ended(reason: "it is cut")
      cases.append((status, "the source failed: it is cut"))
      for (status, reason) in cases {
        test.status.set(status)
        let (head, text) = try text(test, "/readyz")
        #expect(head.status == (reason == nil ? 200 : 503))
        // Nobody knows when what is over begins again.
        #expect(head["Retry-After"] == (reason == nil || status.source.hasEnded ? nil : "5"))
        let expected =
          reason.map { "{\"ready\":false,\"reason\":\"\($0)\"}\n" } ?? "{\"ready\":true,\"reason\":null}\n"
        #expect(text == expected)
      }
    }
  }

  @Test func supervisorsAreAnsweredOverTheLimit() async throws {
    try await TestServer.run({ $0.maximumClients = 1 }) { test in
      let viewer = try await test.viewer()
      for (path, status) in [("/healthz", 200), ("/metrics", 200), ("/readyz", 503), ("/state", 503)] {
        let (head, body) = try text(test, path)
        #expect(head.status == status, "\(path)")
        #expect(body.contains("Too many") == (path == "/state"))
      }
      withExtendedLifetime(viewer) {}
    }
  }

  @Test(arguments: [
    (0.0, 0, "0"), (1.5, 1, "1.5"), (-1.25, 2, "-1.25"), (-0.04, 1, "0.0"), (2.999, 1, "3.0"),
    (0.05, 3, "0.050"),
    (.nan, 1, "null"), (.infinity, 1, "null"), (1e15, 1, "null"),
  ])
  func numbersAreJSON(value: Double, decimals: Int, text: String) {
    #expect(JSONValue.number(value, decimals: decimals).text == text)
  }
}

/// Prometheus's text format, read strictly: names, help and type before samples, each series once.
struct PrometheusText {
  struct Malformed: Error { let line: String }

  private(set) var types: [String: String] = [:]
  private(set) var samples: [String: Double] = [:]

  init(_ text: String) throws {
    var family = ""
    var helped: Set<String> = []
    guard text.hasSuffix("\n") else { throw Malformed(line: "the end") }
    for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      let words = line.split(separator: " ", maxSplits: 3).map(String.init)
      if line.hasPrefix("# HELP ") {
        guard words.count == 4, helped.insert(words[2]).inserted else { throw Malformed(line: line) }
        family = words[2]
      } else if line.hasPrefix("# TYPE ") {
        guard words.count == 4, words[2] == family, types[family] == nil,
          ["counter", "gauge", "histogram"].contains(words[3])
        else { throw Malformed(line: line) }
        types[family] = words[3]
      } else {
        guard let space = line.lastIndex(of: " "),
          let value = Double(line[line.index(after: space)...].replacing("+Inf", with: "inf"))
        else { throw Malformed(line: line) }
        let series = String(line[..<space])
        let name = String(series.prefix { $0 != "{" })
        let suffixes = types[family] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(where: { name == family + $0 }), samples[series] == nil,
          name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == 0x5F }),
          (types[family] == "counter") == name.hasSuffix("_total")
        else { throw Malformed(line: line) }
        samples[series] = value
      }
    }
  }
}
