import Capture
import Faces
import Foundation
import Pipeline
import Streaming
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RequestTests {
  @Test func everyAnswerHasTheHeadersOfCare() async throws {
    func check(_ head: TestHead, _ path: String) {
      #expect(head["X-Content-Type-Options"] == "nosniff", "\(path)")
      #expect(head["X-Frame-Options"] == "DENY", "\(path)")
      #expect(head["Cross-Origin-Resource-Policy"] == "same-site", "\(path)")
      #expect(head["Referrer-Policy"] == "no-referrer", "\(path)")
      #expect(head["Cache-Control"] == "no-store", "\(path)")
      #expect(head["Access-Control-Allow-Origin"] == nil, "\(path)")
      #expect(head["Date"]?.hasSuffix(" GMT") == true, "\(path)")
    }
    try await TestServer.run { test in
      let client = try test.client()
      for path in ["/", "/page.css", "/page.js", "/favicon.svg", "/faces", "/healthz", "/nothing"] {
        try client.get(path)
        let (head, body) = try client.readResponse()
        check(head, path)
        #expect(!body.isEmpty)
      }
      try client.get("/snapshot.jpg")
      try await wait { test.frames.isWatched }
      test.frames.publish(fakeFrame(1))
      check(try client.readResponse().head, "/snapshot.jpg")
      try client.get("/stream.mjpg")
      check(try client.readHead(), "/stream.mjpg")
    }
  }

  /// Where no token is needed, nothing but this stands between the camera and a page that its owner happens to look at.
  @Test(arguments: [
    ("cross-site", "image", 403), ("cross-site", "iframe", 403), ("cross-site", "empty", 403),
    ("cross-site", "", 403), ("cross-site", "document", 200), ("same-site", "image", 200),
    ("same-origin", "empty", 200), ("none", "document", 200),
  ])
  func pagesOfOtherSitesMayLinkHereAndNothingElse(site: String, destination: String, status: Int) async throws
  {
    try await TestServer.run { test in
      let from = "Sec-Fetch-Site: \(site)"
      let into = destination.isEmpty ? "X: y" : "Sec-Fetch-Dest: \(destination)"
      for path in ["/", "/faces", "/healthz"] {
        #expect(try ask(test, path, from, into).head.status == status, "\(path)")
      }
      guard status == 403 else { return }
      for path in ["/stream.mjpg", "/snapshot.jpg", "/?action=stream"] {
        let (head, body) = try ask(test, path, from, into)
        #expect(head.status == 403, "\(path)")
        #expect(body.contains("A page of another site asked"), "\(path)")
      }
      #expect(!test.frames.isWatched, "the camera is not opened for it")
    }
  }

  @Test func unknownPathIsNotFound() async throws {
    try await TestServer.run { test in
      let client = try test.client()
      for path in [
        "/nothing", "/stream.mjpg/", "//", "/%2e%2e/etc/passwd", "/../page.js", "/?action=reboot",
      ] {
        try client.get(path)
        #expect(try client.readResponse().head.status == 404, "\(path)")
      }
    }
  }

  @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"])
  func otherMethodsAreRefused(method: String) async throws {
    try await TestServer.run { test in
      let client = try test.client()
      let target = method == "CONNECT" ? "localhost:1" : "/"
      try client.send("\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc")
      let (head, _) = try client.readResponse()
      #expect(head.status == 405)
      #expect(head["Allow"] == "GET, HEAD")
      #expect(head["Connection"] == "close")
      #expect(try client.readUntilClosed() == [])
    }
  }

  @Test func headIsGetWithoutTheBody() async throws {
    try await TestServer.run { test in
      let client = try test.client()
      for path in ["/", "/faces", "/healthz", "/nothing"] {
        try client.get(path)
        let (full, body) = try client.readResponse()
        try client.get(path, method: "HEAD")
        let (head, _) = try client.readResponse(hasBody: false)
        #expect(head.status == full.status)
        #expect(head["Content-Length"] == String(body.count))
      }
    }
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    try await TestServer.run { test in
      let client = try test.client()
      let paths = ["/snapshot.jpg", "/nothing", "/snapshot.jpg", "/faces"]
      try client.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }.joined())
      for path in paths {
        if path == "/snapshot.jpg" {
          try await wait { test.frames.isWatched }
          test.frames.publish(fakeFrame(1))
        }
        let (head, body) = try client.readResponse()
        switch path {
        case "/snapshot.jpg": #expect(body.count == 1000)
        case "/nothing": #expect(head.status == 404)
        default: #expect(head["Content-Type"] == "application/json")
        }
      }
    }
  }

  @Test func floodOfRequestsIsHeldBackAndAnswered() async throws {
    try await TestServer.run { test in
      let client = try test.client(bufferBytes: 4096)
      let request = Array("GET /page.css HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
      let limit = 20_000_000
      let sent = client.flood(request, limitBytes: limit)
      // The server stopped to read: the rest is in the kernel.
      #expect(sent < limit)
      let other = try test.client()
      try other.get("/faces")
      #expect(try other.readResponse().head.status == 200)
      // Whoever then reads gets every answer.
      for _ in 0..<sent / request.count { #expect(try client.readResponse().head.status == 200) }
      try client.send(Array(request[(sent % request.count)...]))
      #expect(try client.readResponse().head.status == 200)
    }
  }

  @Test func largeAnswerReachesAClientThatSaysNoMoreMeanwhile() async throws {
    try await TestServer.run { test in
      let client = try test.client(bufferBytes: 4096)
      try client.send("GET /snapshot.jpg HTTP/1.0\r\n\r\n")
      try await wait { test.frames.isWatched }
      test.frames.publish(fakeFrame(1, byteCount: 3_000_000))
      let head = try client.readHead()
      client.closeOutput()
      // An answer on the same event loop: by now the server knows that the other client's side is closed.
      let other = try test.client()
      try other.get("/faces")
      _ = try other.readResponse()
      #expect(head["Content-Length"] == "3000000")
      #expect(try client.readUntilClosed().count == 3_000_000)
    }
  }

  @Test func connectionEndsWhereTheClientWantsIt() async throws {
    try await TestServer.run { test in
      for request in [
        "GET /faces HTTP/1.0\r\n\r\n", "GET /faces HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET /faces HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      ] {
        let client = try test.client()
        try client.send(request)
        let (head, _) = try client.readResponse()
        #expect(head.status == 200)
        #expect(head["Connection"] == "close")
        #expect(try client.readUntilClosed() == [])
      }
      let client = try test.client()
      try client.send("GET /faces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(try client.readResponse().head["Connection"] == "keep-alive")
      try client.get("/faces")
      #expect(try client.readResponse().head.status == 200)
    }
  }

  @Test(arguments: [
    ("localhost", 200), ("localhost:9999", 200), ("LOCALHOST", 200), ("127.0.0.1:8080", 200),
    ("[::1]:80", 200), ("127.0.0.9", 200), ("[::ffff:127.0.0.1]", 200), ("::1", 421), ("127.1.evil", 421),
    ("[localhost.evil]", 421), ("localhost.", 421), ("0.0.0.0", 421), ("[::]", 421),
    ("evil.example", 421), ("localhost.evil.example", 421), ("127.0.0.1.evil.example:80", 421),
    ("localhost:80@evil.example", 421), ("", 421), ("192.168.1.5", 421), ("[::1", 421),
  ])
  func namesOfOthersAreNotAnswered(host: String, status: Int) async throws {
    try await TestServer.run { test in
      let client = try test.client()
      try client.send("GET /faces HTTP/1.1\r\nHost: \(host)\r\n\r\n")
      #expect(try client.readResponse().head.status == status)
    }
  }

  @Test(arguments: [
    ("GET http://localhost/faces HTTP/1.1\r\nHost: evil.example\r\n\r\n", 200),
    ("GET http://evil.example/faces HTTP/1.1\r\nHost: localhost\r\n\r\n", 421),
    ("GET http://localhost?action=snapshots HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ("GET /faces HTTP/1.1\r\n\r\n", 400),
    ("GET /faces HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
    ("GET faces HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
    ("GET / HTTP/3.7\r\nHost: localhost\r\n\r\n", 400),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{FC}\r\n\r\n", 400),
  ])
  func oddRequestsGetOneClearAnswer(request: String, status: Int) async throws {
    try await TestServer.run { test in
      let client = try test.client()
      try client.send(request)
      #expect(try client.readResponse().head.status == status)
    }
  }

  @Test func largeHeadIsRefused() async throws {
    try await TestServer.run { test in
      let filler = String(repeating: "a", count: 5000)
      let many = (0..<200).map { "X-\($0): 1\r\n" }.joined()
      for request in [
        "GET /\(filler)\(filler)\(filler)\(filler) HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: \(filler)\(filler)\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nA: \(filler)\r\nB: \(filler)\r\nC: \(filler)\r\nD: \(filler)\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\(many)\r\n",
      ] {
        let client = try test.client()
        try client.send(request)
        #expect(try client.readResponse().head.status == 431)
        #expect(try client.readUntilClosed() == [])
      }
    }
  }

  @Test func smallBodyIsForgottenAndALargeOneRefused() async throws {
    try await TestServer.run { test in
      let client = try test.client()
      for _ in 1...2 {
        try client.send("GET /faces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
        #expect(try client.readResponse().head.status == 200)
      }
      try client.send("GET /faces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n")
      try client.send([UInt8](repeating: 0x78, count: 100_000))
      #expect(try client.readResponse().head.status == 413)
      #expect(try client.readUntilClosed() == [])
    }
  }

  @Test(arguments: ["", "GET / HT", "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhel"])
  func slowRequestIsNotWaitedFor(start: String) async throws {
    try await TestServer.run({ $0.requestTimeout = .milliseconds(50) }) { test in
      let client = try test.client()
      try client.send(start)
      #expect(try client.readUntilClosed() == [])
    }
  }

  @Test func clientsBeyondTheLimitAreToldToComeBack() async throws {
    try await TestServer.run({ $0.maximumClients = 2 }) { test in
      let welcome = [try test.client(), try test.client()]
      for client in welcome {
        try client.get("/faces")
        #expect(try client.readResponse().head.status == 200)
      }
      let late = try test.client()
      try late.get("/healthz")
      #expect(try late.readResponse().head.status == 200)
      try late.get("/stream.mjpg")
      let (head, _) = try late.readResponse()
      #expect(head.status == 503)
      #expect(head["Retry-After"] == "5")
      // It does not keep the place of one that could be served.
      #expect(head["Connection"] == "close")
      #expect(try late.readUntilClosed() == [])
    }
  }

  @Test func clientsFarBeyondTheLimitAreNotTalkedTo() async throws {
    try await TestServer.run({ $0.maximumClients = 1 }) { test in
      let clients = try (0..<66).map { _ in try test.client() }
      try #expect(#require(clients.last).readUntilClosed() == [])
      try clients[64].get("/faces")
      #expect(try clients[64].readResponse().head.status == 503)
    }
  }
}
