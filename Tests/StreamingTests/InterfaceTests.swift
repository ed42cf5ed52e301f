import Capture
import Faces
import Foundation
import Imaging
import Pipeline
import Testing

@testable import Streaming

/// The OpenAPI document against the answers that a running server gives.
@Suite(.timeLimit(.minutes(2)))
struct InterfaceTests {
  private func document(_ test: TestServer) throws -> JSONDocument {
    let client = try test.client()
    try client.get("/openapi.json")
    return try JSONDocument(try client.readResponse().body)
  }

  private var face: LabelledFace {
    LabelledFace(
      id: 3, box: PixelRectangle(x: 1, y: 2, width: 30, height: 40), emotion: .surprise, confidence: 0.4,
      scores: EmotionScores([0.1, 0.1, 0.1, 0.1, 0.1, 0.4, 0.1]), isUncertain: true)
  }

  @Test func documentIsWhole() async throws {
    try await TestServer.run { test in
      let document = try document(test)
      #expect(document.root["openapi"] as? String == "3.1.0")
      #expect((document.root["info"] as? [String: Any])?["title"] as? String == "emotiond")
      // Every reference leads somewhere, and every schema is used.
      var references = Set<String>()
      func collect(_ value: Any) {
        if let object = value as? [String: Any] {
          if let reference = object["$ref"] as? String { references.insert(reference) }
          object.values.forEach(collect)
        } else if let array = value as? [Any] {
          array.forEach(collect)
        }
      }
      collect(document.root)
      for reference in references { #expect(document.resolve(reference) != nil, "\(reference)") }
      // Those of events are named in words: a schema cannot say what is inside a text/event-stream.
      let ofEvents = ["Skipped", "CameraChange"].map { "#/components/schemas/" + $0 }
      let names = Set(document.schemas.keys.map { "#/components/schemas/" + $0 })
      #expect(names.subtracting(references) == Set(ofEvents))
      // An operation each, with a name of its own, and what the front door may say.
      var operations = Set<String>()
      for (path, item) in document.paths {
        let operation = try #require(item["get"] as? [String: Any], "\(path)")
        let isNew = operations.insert(try #require(operation["operationId"] as? String)).inserted
        #expect(isNew, "\(path)")
        #expect((operation["responses"] as? [String: Any])?["421"] != nil, "\(path)")
      }
      for path in SiteRouter.publicPaths.replacing(" and ", with: ", ").split(separator: ", ") {
        #expect(document.paths[String(path)] != nil, "\(path)")
      }
    }
  }

  @Test func answersAreAsDocumentedInEveryState() async throws {
    try await TestServer.run({ $0.snapshotTimeout = .milliseconds(1) }) { test in
      let document = try document(test)
      var running = PipelineStatus()
      running.source = .running
      running.capturedFramesPerSecond = 30
      running.framesAnalysed = 1
      running.framesDropped = ["superseded": 2]
      running.captureToEncodedMilliseconds = 3.25
      running.camera.device = "/dev/video0"
      running.camera.state = .running
      running.camera.faults = ["frozen": 1]
      running.camera.lastOutageSeconds = 2
      var histogram = LatencyHistogram()
      histogram.record(nanoseconds: 5_000_000)
      running.latencies = [.decode: histogram]
      var waiting = PipelineStatus()
      waiting.source = .waiting(reason: "the \"camera\" is away")
      var ended = PipelineStatus()
      ended.source = .ended
      var seen = Set<String>()
      for (step, status) in [PipelineStatus(), waiting, running, ended].enumerated() {
        test.status.set(status)
        if step == 2 {
          test.labels.publish(
            LabelRecord(
              wallClockNanoseconds: 0, frame: 12, width: 640, height: 480, file: "a.jpg", faces: [face]))
        }
        for path in document.paths.keys {
          for query in ["", "?width=1", "?recent=x", "?action=dance"] {
            seen.insert(try check(path, query, test, document))
          }
        }
      }
      // Each documented answer was really given, but for those of a crowd.
      for (path, item) in document.paths {
        let operation = try #require(item["get"] as? [String: Any])
        for status in try #require(operation["responses"] as? [String: Any]).keys {
          let isOfCrowd = status == "503" && !["/healthz", "/readyz", "/snapshot.jpg"].contains(path)
          if isOfCrowd || status == "421" || (path == "/snapshot.jpg" && status == "200") { continue }
          #expect(seen.contains("\(path) \(status)"), "\(path) never answered \(status)")
        }
      }
    }
  }

  /// Asks once and compares the answer with the document.
  ///
  /// - Returns: The path and the status.
  private func check(
    _ path: String, _ query: String, _ test: TestServer, _ document: JSONDocument
  ) throws -> String {
    let client = try test.client()
    try client.get(path + query)
    let head = try client.readHead()
    let status = try #require(head.status)
    let operation = document.paths[path]?["get"] as? [String: Any]
    let answer = (operation?["responses"] as? [String: Any])?[String(status)] as? [String: Any]
    guard let answer else {
      Issue.record("\(path)\(query) answered \(status), which is not documented")
      return "\(path) \(status)"
    }
    let type = try #require(head["Content-Type"])
    let media = (answer["content"] as? [String: Any])?[type] as? [String: Any]
    #expect(media != nil, "\(path)\(query) answered \(status) as \(type), which is not documented")
    for (name, _) in answer["headers"] as? [String: Any] ?? [:] {
      #expect(head[name] != nil, "\(path)\(query) answered \(status) without \(name)")
    }
    if type.hasSuffix("json"), let schema = media?["schema"] {
      let length = try #require(head["Content-Length"].flatMap(Int.init))
      let body = try JSONDocument(try client.read(length))
      let faults = document.faults(of: body.root, against: schema)
      #expect(faults == [], "\(path)\(query) \(status)")
    }
    return "\(path) \(status)"
  }

  @Test func crowdsAndStrangersGetDocumentedAnswers() async throws {
    try await TestServer.run({ $0.maximumClients = 1 }) { test in
      let document = try document(test)
      // The connection that it came on is closed by now here, but maybe not there.
      try await wait { test.server.clientCount == 0 }
      let first = try await test.viewer()
      for path in document.paths.keys { _ = try check(path, "", test, document) }
      withExtendedLifetime(first) {}
      for path in document.paths.keys {
        let client = try test.client()
        try client.send("GET \(path) HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        let (head, body) = try client.readResponse()
        #expect(head.status == 421)
        let problem = try JSONDocument(body).root
        #expect(document.faults(of: problem, against: ["$ref": "#/components/schemas/Problem"]) == [])
      }
    }
  }

  @Test func eventsAreAsDocumented() async throws {
    try await TestServer.run { test in
      let document = try document(test)
      test.labels.publish(
        LabelRecord(wallClockNanoseconds: 0, frame: 12, width: 640, height: 480, faces: [face]))
      test.labels.publish(
        CameraRecord(wallClockNanoseconds: 0, state: .lost, reason: "unplugged", device: "/dev/video0"))
      let client = try test.client()
      try client.send("GET /events?recent=9 HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 99\r\n\r\n")
      _ = try client.readHead()
      _ = try client.readText(upTo: "\n\n")
      for schema in ["Skipped", "Labels", "CameraChange"] {
        let event = try client.readText(upTo: "\n\n")
        let data = try #require(event.split(separator: "\n").first { $0.hasPrefix("data: ") }?.dropFirst(6))
        let value = try JSONDocument(Array(data.utf8)).root
        let reference = ["$ref": "#/components/schemas/" + schema]
        #expect(document.faults(of: value, against: reference) == [], "\(schema)")
      }
    }
  }

  @Test func validatorFindsFaults() throws {
    let document = try JSONDocument(
      Array(
        """
        {"components":{"schemas":{"A":{"type":"object","required":["n"],"additionalProperties":false,
        "properties":{"n":{"type":["integer","null"],"minimum":1},"s":{"type":"string","enum":["x"]},
        "o":{"oneOf":[{"type":"null"},{"type":"array","items":{"type":"number"}}]}}}}}}
        """.utf8))
    let cases = [
      (#"{"n":1,"s":"x","o":[1.5]}"#, true), (#"{"n":null,"o":null}"#, true), (#"{"n":0}"#, false),
      (#"{"n":1.5}"#, false), (#"{"n":true}"#, false), ("{}", false), (#"{"n":1,"s":"y"}"#, false),
      (#"{"n":1,"z":1}"#, false), (#"{"n":1,"o":["a"]}"#, false), ("[]", false),
    ]
    for (text, isGood) in cases {
      let value = try JSONDocument(Array(text.utf8)).root
      #expect(
        document.faults(of: value, against: ["$ref": "#/components/schemas/A"]).isEmpty == isGood, "\(text)")
    }
  }
}
