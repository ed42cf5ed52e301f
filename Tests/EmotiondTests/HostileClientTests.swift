import Foundation
import Testing

/// Clients that mean harm, and the real program. `scripts/fuzz-http` does so at random and for longer.
@Suite(.serialized) struct HostileClientTests {
  private static func withDaemon(
    _ settings: [String] = [], _ body: (DaemonProcess, Int) async throws -> Void
  ) async throws {
    let daemon = try DaemonProcess(
      ["run", "--source", "demo", "--analysis-fps", "1", "--listen", "127.0.0.1:0"]
        + settings.flatMap { ["--set", $0] })
    let port = try #require(try await daemon.address().port)
    try await body(daemon, port)
    // Whatever was done to it, it answers, and ends as it should.
    let health = try await Tool.curl("http://127.0.0.1:\(port)/healthz")
    #expect(health.status == 200)
    daemon.signal(SIGTERM)
    let outcome = await daemon.waitForEnd()
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// Sends bytes, after which the client says nothing more, and expects answers of these statuses.
  private static func expect(
    _ statuses: [Int], _ port: Int, _ bytes: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let client = try RawClient(port: port)
    // The server may close before it has all: that is its right.
    try? client.send(bytes)
    let answers = String(decoding: try client.readUntilClosed(), as: UTF8.self)
    let found = answers.matches(of: #/HTTP/1\.1 ([0-9]{3}) /#).compactMap { Int($0.1) }
    #expect(found == statuses, "\(bytes.prefix(100))", sourceLocation: sourceLocation)
  }

  private static let end = "Host: localhost\r\nConnection: close\r\n\r\n"

  @Test func slowRequestsEnd() async throws {
    try await Self.withDaemon(["http.request_seconds=0.5", "http.maximum_clients=4"]) { _, port in
      // A line now and then keeps nobody's place, nor does silence.
      let slow = try (0..<4).map { _ in try RawClient(port: port) }
      for client in slow { try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n") }
      var lines = 0
      while !slow.allSatisfy({ $0.isClosed(withinMilliseconds: 20) }), lines < 500 {
        for client in slow { try? client.send("X-\(lines): 1\r\n") }
        lines += 1
      }
      #expect(lines < 500)
      let silent = try RawClient(port: port)
      #expect(try silent.readUntilClosed() == [])
      try Self.expect([200], port, "GET /faces HTTP/1.1\r\n" + Self.end)
    }
  }

  @Test func headsAndBodiesHaveALimit() async throws {
    try await Self.withDaemon { _, port in
      let long = String(repeating: "a", count: 9000)
      try Self.expect([431], port, "GET / HTTP/1.1\r\nX: \(long)\r\n" + Self.end)
      try Self.expect([431], port, "GET /\(long)\(long) HTTP/1.1\r\n" + Self.end)
      let many = (0..<200).map { "X-\($0): 1\r\n" }.joined()
      try Self.expect([431], port, "GET / HTTP/1.1\r\n\(many)" + Self.end)
      let body = String(repeating: "b", count: 70_000)
      try Self.expect([413], port, "GET / HTTP/1.1\r\nContent-Length: 70000\r\n\(Self.end)\(body)")
      try Self.expect([413], port, "POST /login HTTP/1.1\r\nContent-Length: 70000\r\n\(Self.end)\(body)")
    }
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    try await Self.withDaemon { _, port in
      let request = "GET /faces HTTP/1.1\r\nHost: localhost\r\n\r\n"
      let odd = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
      try Self.expect(
        [200, 404, 200, 200], port, request + odd + request + "GET /healthz HTTP/1.1\r\n" + Self.end)
      // A request hidden in another one's body is no request.
      let hidden = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
      try Self.expect(
        [200, 200], port,
        "GET /faces HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(hidden.utf8.count)\r\n\r\n\(hidden)"
          + "GET /healthz HTTP/1.1\r\n" + Self.end)
      // Where it is unclear which bytes are a body, nothing after the answer is looked at.
      let unclear =
        "GET /faces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
      try Self.expect([400], port, unclear + request)
    }
  }

  @Test func badRangesGetTheWhole() async throws {
    try await Self.withDaemon { _, port in
      for range in ["bytes=0-1", "bytes=9-0", "bytes=-1,0-,5-99999999999999999999", "x", ""] {
        let client = try RawClient(port: port)
        try client.send("GET /page.css HTTP/1.1\r\nRange: \(range)\r\n" + Self.end)
        let answer = String(decoding: try client.readUntilClosed(), as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.hasSuffix("}\n"))
      }
    }
  }

  @Test func pathsLeadNowhereElse() async throws {
    try await Self.withDaemon { _, port in
      for path in [
        "/../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/proc/self/environ", "/./faces", "//faces",
        "/faces/", "/faces;a=b", "/FACES", "/\\..\\faces", "/page.css/../page.js", "/page%2ecss", "/%00",
      ] { try Self.expect([404], port, "GET \(path) HTTP/1.1\r\n" + Self.end) }
      for host in [
        "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::1", "localhost:80@evil",
      ] {
        let request = "GET / HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
        try Self.expect([421], port, request)
      }
    }
  }

  @Test func aCrowdIsToldToComeBack() async throws {
    try await Self.withDaemon(["http.maximum_clients=3", "http.maximum_viewers=1"]) { _, port in
      var held = try (0..<2).map { _ in try RawClient(port: port) }
      try held[0].send("GET /stream.mjpg HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(!held[0].isClosed(withinMilliseconds: 10_000), "the stream began")
      let url = "http://127.0.0.1:\(port)"
      let viewer = try await Tool.curl("-i", "\(url)/stream.mjpg")
      #expect(viewer.status == 503)
      #expect(viewer.body.contains("Retry-After: 5"))
      held.append(try RawClient(port: port))
      let late = try await Tool.curl("-i", "\(url)/faces")
      #expect(late.status == 503)
      #expect(late.body.contains("Retry-After: 5"))
      // Whoever supervises is never locked out.
      let metrics = try await Tool.curl("\(url)/metrics").body
      #expect(metrics.contains("emotiond_http_turned_away_total{limit=\"connections\"} 1\n"))
      #expect(metrics.contains("emotiond_http_turned_away_total{limit=\"viewers\"} 1\n"))
    }
  }
}
