import Capture
import Faces
import Foundation
import Imaging
import Pipeline
import TestSupport
import Testing

@testable import Streaming

/// The OpenAPI document against the answers that a running server gives.
@Suite(.timeLimit(.minutes(10)))
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
        for (method, value) in item {
          let operation = try #require(value as? [String: Any], "\(method) \(path)")
          let isNew = operations.insert(try #require(operation["operationId"] as? String)).inserted
          #expect(isNew, "\(method) \(path)")
          #expect((operation["responses"] as? [String: Any])?["421"] != nil, "\(method) \(path)")
        }
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
      ended.source = .ended(reason: "it is cut")
      var seen = Set<String>()
      for (step, status) in [PipelineStatus(), waiting, running, ended].enumerated() {
        test.status.set(status)
        if step == 2 {
          test.labels.publish(
            LabelRecord(
              wallClockNanoseconds: 0, frame: 12, width: 640, height: 480, file: "a.jpg", faces: [face]))
        }
        for path in document.readPaths {
          for query in ["", "?width=1", "?recent=x", "?action=dance"] {
            seen.insert(try check(path, query, test, document))
          }
        }
      }
      // Each documented answer was really given, but for those of a crowd.
      for path in document.readPaths {
        let operation = try #require(document.paths[path]?["get"] as? [String: Any])
        for status in try #require(operation["responses"] as? [String: Any]).keys {
          let isOfCrowd = status == "503" && !["/healthz", "/readyz", "/snapshot.jpg"].contains(path)
          // Those of a server that asks for a token have a test of their own.
          if ["401", "403", "421", "429"].contains(status)
            || ["/ 303", "/overview 303", "/login 200"].contains("\(path) \(status)")
          {
            continue
          }
          if isOfCrowd || (path == "/snapshot.jpg" && status == "200") { continue }
          #expect(seen.contains("\(path) \(status)"), "\(path) never answered \(status)")
        }
      }
    }
  }

  /// Asks once and compares the answer with the document.
  ///
  /// - Parameters:
  ///   - fields: Header fields in whole lines.
  ///   - form: Sent with POST where it is given.
  /// - Returns: The path and the status.
  @discardableResult
  private func check(
    _ path: String, _ query: String, _ test: TestServer, _ document: JSONDocument, fields: String = "",
    form: String? = nil
  ) throws -> String {
    let client = try test.client()
    let method = form == nil ? "get" : "post"
    let length = form.map { "Content-Length: \($0.utf8.count)\r\n" } ?? ""
    try client.send(
      "\(method.uppercased()) \(path)\(query) HTTP/1.1\r\nHost: localhost\r\n\(fields)\(length)\r\n\(form ?? "")"
    )
    let head = try client.readHead()
    let status = try #require(head.status)
    let operation = document.paths[path]?[method] as? [String: Any]
    let answer = (operation?["responses"] as? [String: Any])?[String(status)] as? [String: Any]
    guard let answer else {
      Issue.record("\(method) \(path)\(query) answered \(status), which is not documented")
      return "\(path) \(status)"
    }
    let type = try #require(head["Content-Type"])
    let media = (answer["content"] as? [String: Any])?[type] as? [String: Any]
    #expect(media != nil, "\(path)\(query) answered \(status) as \(type), which is not documented")
    for (name, field) in answer["headers"] as? [String: [String: Any]] ?? [:] {
      let isOptional = field["required"] as? Bool == false
      #expect(head[name] != nil || isOptional, "\(path)\(query) answered \(status) without \(name)")
    }
    if type.hasSuffix("json"), let schema = media?["schema"] {
      let length = try #require(head["Content-Length"].flatMap(Int.init))
      let body = try JSONDocument(try client.read(length))
      let faults = document.faults(of: body.root, against: schema)
      #expect(faults == [], "\(path)\(query) \(status)")
    }
    return "\(path) \(status)"
  }

  @Test func answersOfAServerThatAsksForATokenAreAsDocumented() async throws {
    let token = try AccessToken("0123456789abcdef")
    try await TestServer.run({ $0.token = token }) { test in
      let client = try test.client()
      try client.get("/openapi.json?token=0123456789abcdef")
      let document = try JSONDocument(try client.readResponse().body)
      let paths = document.readPaths
      let cookie = try test.signIn("0123456789abcdef")
      var seen = Set<String>()
      for path in paths {
        seen.insert(try check(path, "", test, document))
        seen.insert(
          try check(path, "", test, document, fields: "Cookie: \(cookie)\r\nOrigin: http://evil.example\r\n"))
      }
      seen.insert(try check("/", "", test, document, fields: "Accept: text/html\r\n"))
      let type = "Content-Type: application/x-www-form-urlencoded\r\n"
      for accept in ["", "Accept: text/html\r\n"] {
        for (fields, form) in [
          (type, "token=0123456789abcdef"), (type, ""), ("", "token=x"), (type, "token=wrong"),
          (type, "token=" + String(repeating: "x", count: 5000)), (type + "Origin: null\r\n", "token=x"),
        ] {
          seen.insert(
            "post " + (try check("/login", "", test, document, fields: accept + fields, form: form)))
        }
      }
      for (fields, form) in [
        ("Cookie: \(cookie)\r\n", ""), ("Origin: null\r\n", ""), ("", String(repeating: "x", count: 5000)),
      ] {
        seen.insert("post " + (try check("/logout", "", test, document, fields: fields, form: form)))
      }
      for _ in 0..<10 { try check("/faces", "?token=wrong", test, document) }
      for path in paths { seen.insert(try check(path, "?token=wrong", test, document)) }
      seen.insert("post " + (try check("/login", "", test, document, fields: type, form: "token=wrong")))
      let open = ["/login", "/healthz"]
      for path in paths {
        #expect(seen.contains("\(path) 403"))
        #expect(seen.contains("\(path) 401") == !open.contains(path), "\(path)")
        #expect(seen.contains("\(path) 429") == !open.contains(path), "\(path)")
      }
      #expect(seen.isSuperset(of: ["/ 303", "/login 200", "/healthz 200"]))
      for status in [303, 400, 401, 403, 413, 415, 429] {
        #expect(seen.contains("post /login \(status)"), "\(status)")
      }
      for status in [303, 403, 413] { #expect(seen.contains("post /logout \(status)"), "\(status)") }
      let schemes =
        (document.root["components"] as? [String: Any])?["securitySchemes"] as? [String: Any] ?? [:]
      #expect(Set(schemes.keys) == ["bearer", "query", "session"])
    }
  }

  @Test func crowdsAndStrangersGetDocumentedAnswers() async throws {
    try await TestServer.run({ $0.maximumClients = 1 }) { test in
      let document = try document(test)
      // The connection that it came on is closed by now here, but maybe not there.
      try await wait { test.server.clientCount == 0 }
      let first = try await test.viewer()
      for path in document.readPaths { _ = try check(path, "", test, document) }
      withExtendedLifetime(first) {}
      for path in document.readPaths {
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
