import Foundation
import Glibc
import Pipeline
import TestSupport
import Testing

@testable import Streaming

/// Clients that mean harm or know no better, over raw sockets.
@Suite(.timeLimit(.minutes(10)))
struct HostileTests {
  private static let seed: UInt64 = 20_260_301

  /// What a request is made of; each list holds usual things and tricks.
  private static let methods = [
    "GET", "GET", "GET", "HEAD", "POST", "get", "G\0T", "GETGETGETGETGETGETGETGETGETGET", "", "OPTIONS",
    "PRI",
  ]
  private static let targets = [
    "/", "/faces", "/state", "/metrics", "/healthz", "/readyz", "/openapi.json", "/page.js", "/stream.mjpg",
    "/stream.mjpg?fps=5&width=64", "/snapshot.jpg", "/events", "/events?recent=512", "/events?recent=-1",
    "/?action=stream", "/?action=snapshot", "/?action=%00", "/../../etc/passwd", "/..%2f..%2fetc/passwd",
    "/%2e%2e/%2e%2e/proc/self/mem", "//faces", "/faces/", "/faces;a=b", "/faces#x", "/FACES", "/\\..\\faces",
    "/./faces", "http://localhost/faces", "http://evil.example/faces", "HTTP://LOCALHOST",
    "https://localhost/",
    "*", "faces", "", "?", "/?", "/?&&&=&=", "/?action", "/stream.mjpg?width=99999999999999999999999",
    "/stream.mjpg?overlay=\u{FF}", "/%", "/%zz", "/faces\tx", "/" + String(repeating: "a/", count: 3000),
    "/?" + String(repeating: "a=b&", count: 1500),
  ]
  private static let versions = [
    "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9", "",
  ]
  private static let hosts = [
    "localhost", "localhost", "localhost", "127.0.0.1:80", "[::1]", "evil.example", "localhost@evil", "[",
    "]", ":",
    "", "127.0.0.1:99999999999", "local\u{0}host", String(repeating: "h", count: 9000),
  ]
  private static let fields = [
    "Range: bytes=0-1", "Range: bytes=-1", "Range: bytes=9-0,0-,-0,1-99999999999999999999", "Range: x",
    "Content-Length: 5", "Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: 5, 6",
    "Transfer-Encoding: chunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: \u{b}chunked",
    "Connection: close", "Connection: Upgrade\r\nUpgrade: h2c", "Expect: 100-continue", "Last-Event-ID: 3",
    "Last-Event-ID: \u{0}", "Last-Event-ID: -99999999999999999999999", "If-Modified-Since: never", "X", ": x",
    "X : y", " folded", "Cookie: " + String(repeating: "c", count: 7000),
    "X: " + String(repeating: "x", count: 9000),
    "Host: evil.example", "Accept-Encoding: gzip;q=nan",
  ]
  private static let bodies = [
    "", "", "hello", "5\r\nhello\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFFF\r\n", "-1\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    String(repeating: "b", count: 70_000), "\u{0}\u{1}\u{16}\u{3}\u{1}",
  ]
  private static let allowed: Set = [200, 400, 404, 405, 413, 421, 431, 503, 505]

  private func request(_ random: inout SeededGenerator) -> [UInt8] {
    var text = Self.methods.randomElement(using: &random)! + " " + Self.targets.randomElement(using: &random)!
    text += " " + Self.versions.randomElement(using: &random)! + "\r\n"
    text += "Host: " + Self.hosts.randomElement(using: &random)! + "\r\n"
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      text += Self.fields.randomElement(using: &random)! + "\r\n"
    }
    text += "\r\n"
    text += Self.bodies.randomElement(using: &random)!
    var bytes = Array(text.utf8)
    if Int.random(in: 0..<3, using: &random) == 0 { damage(&bytes, &random) }
    return bytes
  }

  private func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
      case 2 where bytes.count > 1: bytes.remove(at: place)
      default: bytes.removeSubrange((place + 1)...)
      }
    }
  }

  /// Sockets of this process whose own side is a port: of a server, its listener and its connections.
  private func socketCount(port: UInt16) -> Int {
    (0..<Int32(4096)).count { descriptor in
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let status = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
      }
      return status == 0 && address.sin_family == sa_family_t(AF_INET) && address.sin_port == port.bigEndian
    }
  }

  @Test func nothingThatIsSentDoesHarm() async throws {
    try await TestServer.run({ configuration in
      configuration.snapshotTimeout = .milliseconds(1)
      configuration.maximumClients = 8
    }) { test in
      var random = SeededGenerator(seed: Self.seed)
      var answered = 0
      let rounds = 600
      for round in 0..<rounds {
        let client = try test.client()
        let count = Int.random(in: 1...3, using: &random)
        let bytes = (0..<count).flatMap { _ in request(&random) }
        // The server may close before it has all: that is its right.
        try? client.send(bytes)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: client.abort()
        case 1: break
        default:
          client.closeOutput()
          let answer = try client.readUntilClosed()
          if !answer.isEmpty {
            answered += 1
            try checkAnswer(answer, round: round)
          }
        }
        if round % 50 == 0 {
          test.labels.publish(
            LabelRecord(wallClockNanoseconds: 0, frame: UInt64(round), width: 1, height: 1, faces: []))
        }
      }
      // Most of it was something that deserves an answer.
      #expect(answered > rounds / 3)
      try await wait { test.server.clientCount == 0 }
      #expect(test.server.viewerCount == 0)
      #expect(test.server.eventReaderCount == 0)
      #expect(!test.frames.isWatched)
      try await wait { socketCount(port: test.port) == 1 }
      let client = try test.client()
      try client.get("/healthz")
      #expect(try client.readResponse().head.status == 200)
    }
  }

  /// The first answer on a connection: a status that is meant, and a clear word where something is wrong.
  private func checkAnswer(_ bytes: [UInt8], round: Int) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    let head = TestHead(String(parts[0]))
    #expect(head.start.hasPrefix("HTTP/1.1 "), "round \(round): \(head.start)")
    let status = try #require(head.status, "round \(round)")
    #expect(Self.allowed.contains(status), "round \(round): \(status)")
    #expect(head["X-Content-Type-Options"] == "nosniff", "round \(round)")
    guard status >= 400, head["Content-Type"] == "application/problem+json" else {
      // Only health and readiness tell by their status.
      #expect(status == 200 || head["Content-Type"] == "application/json", "round \(round): \(status)")
      return
    }
    // Without a body where HEAD was asked.
    guard parts.count == 2, parts[1].hasPrefix("{") else { return }
    let length = try #require(head["Content-Length"].flatMap(Int.init))
    let object = try JSONSerialization.jsonObject(with: Data(Array(parts[1].utf8).prefix(length)))
    let detail = try #require((object as? [String: Any])?["detail"] as? String, "round \(round)")
    #expect(!detail.isEmpty, "round \(round)")
  }

  @Test func aHeadThatComesByDropsIsNotWaitedFor() async throws {
    try await TestServer.run({ $0.requestTimeout = .milliseconds(100) }) { test in
      let client = try test.client()
      try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n")
      // Each line would begin the wait anew if every byte counted as a sign of life.
      var lines = 0
      while !client.isClosed(withinMilliseconds: 5), lines < 10_000 {
        try? client.send("X-\(lines): 1\r\n")
        lines += 1
      }
      #expect(lines < 10_000)
      try await wait { test.server.clientCount == 0 }
    }
  }

  @Test func clientsThatSayNothingDoNotLockOthersOut() async throws {
    try await TestServer.run({
      $0.maximumClients = 4
      $0.requestTimeout = .milliseconds(50)
    }) { test in
      let silent = try (0..<40).map { _ in try test.client() }
      // They are given up after a while, without a word, and then there is room again.
      for client in silent { #expect(try client.readUntilClosed() == []) }
      try await wait { test.server.clientCount == 0 }
      let client = try test.client()
      try client.get("/faces")
      #expect(try client.readResponse().head.status == 200)
    }
  }
}

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
