import NIOCore
import Pipeline
import TestSupport
import Testing

@testable import Streaming

@Suite(.timeLimit(.minutes(10)))
struct VariantTests {
  @Test(arguments: [
    ("?overlay=0", FrameVariant(hasOverlay: false)), ("?width=320", FrameVariant(maximumWidth: 320)),
    ("?overlay=0&width=16&t=1", FrameVariant(hasOverlay: false, maximumWidth: 16)),
    ("?overlay=1", .standard), ("", .standard),
  ])
  func streamIsOfTheVariantThatWasAskedFor(query: String, variant: FrameVariant) async throws {
    try await TestServer.run { test in
      do {
        let client = try await test.viewer(path: "/stream.mjpg" + query)
        #expect(test.frames.watchedVariants == [variant])
        test.frames.publish(fakeFrame(1), as: FrameVariant(hasOverlay: false, maximumWidth: 99))
        test.frames.publish(fakeFrame(2), as: variant)
        _ = try client.readHead()
        #expect(try client.readText(upTo: "\r\n\r\n").contains("X-Timestamp: 2.000000"))
      }
      // Nothing of it is left.
      try await wait { test.frames.watchedVariants.isEmpty && test.server.clientCount == 0 }
      if variant != .standard { #expect(test.frames.latest(as: variant) == nil) }
    }
  }

  @Test(arguments: ["/snapshot.jpg?overlay=0", "/?action=snapshot&overlay=0"])
  func snapshotIsOfTheVariantThatWasAskedFor(path: String) async throws {
    try await TestServer.run { test in
      let client = try test.client()
      try client.get(path)
      let variant = FrameVariant(hasOverlay: false)
      try await wait { test.frames.watchedVariants == [variant] }
      test.frames.publish(fakeFrame(1, byteCount: 777), as: variant)
      #expect(try client.readResponse().body.count == 777)
      try await wait { !test.frames.isWatched }
    }
  }

  @Test(arguments: [
    "overlay=2", "overlay=", "overlay", "overlay=yes", "width=0", "width=15", "width=4097", "width=-320",
    "width=32x", "width=%33", "width=99999999999999999999", "fps=0", "fps=-1", "fps=241", "fps=nan",
    "fps=inf",
    "fps=1e3", "fps=0x10", "fps=.", "fps=1..2", "fps=%D9%A3", "fps=+5",
  ])
  func valuesThatMeanNothingAreRefused(query: String) async throws {
    try await TestServer.run { test in
      let client = try test.client()
      for path in ["/stream.mjpg", "/snapshot.jpg"] {
        try client.get("\(path)?\(query)")
        let (head, body) = try client.readResponse()
        #expect(head.status == 400, "\(path)?\(query)")
        #expect(head["Content-Type"] == "application/problem+json")
        #expect(String(decoding: body, as: UTF8.self).contains("is expected"))
      }
      #expect(!test.frames.isWatched)
    }
  }

  @Test func numberOfVariantsIsBounded() async throws {
    try await TestServer.run({ $0.maximumVariants = 2 }) { test in
      var first: TestClient? = try await test.viewer(path: "/stream.mjpg?width=100")
      let second = try await test.viewer(path: "/stream.mjpg?width=200")
      let client = try test.client()
      for path in ["/stream.mjpg?width=300", "/snapshot.jpg?overlay=0"] {
        try client.get(path)
        let (head, _) = try client.readResponse()
        #expect(head.status == 503)
        #expect(head["Retry-After"] == "5")
      }
      // What is watched already, and what always is there, costs nothing more.
      let third = try await test.viewer(path: "/stream.mjpg?width=200")
      let fourth = try await test.viewer()
      #expect(test.server.viewerCount == 4)
      withExtendedLifetime((first, second, third, fourth)) {}
      first = nil
      try await wait { test.frames.watchedVariants.count == 2 }
      // A request that is no viewer takes a place for a moment only.
      try client.get("/stream.mjpg?width=300", method: "HEAD")
      #expect(try client.readHead().status == 200)
      _ = try client.readUntilClosed()
      let fifth = try await test.viewer(path: "/stream.mjpg?width=400")
      #expect(test.frames.watchedVariants.contains(FrameVariant(maximumWidth: 400)))
      withExtendedLifetime((second, third, fourth, fifth)) {}
    }
  }

  @Test func rateLimitKeepsAnEvenRhythm() {
    // 30 frames a second for 10 s, of which 12 a second may pass; the frames come a little unevenly.
    var limit = RateLimit(framesPerSecond: 12)
    var passed: [Int] = []
    for frame in 0..<300 {
      let nanoseconds = UInt64(1_000_000_000 + frame * 33_333_333 + (frame % 3) * 2_000_000)
      if limit.admits(.uptimeNanoseconds(nanoseconds)) { passed.append(frame) }
    }
    #expect((119...121).contains(passed.count))
    #expect(zip(passed, passed.dropFirst()).allSatisfy { (2...3).contains($1 - $0) })
    // After a pause it does not catch up.
    let late = [60_000_000_000, 60_050_000_000, 60_084_000_000].map { (nanoseconds: UInt64) in
      limit.admits(.uptimeNanoseconds(nanoseconds))
    }
    #expect(late == [true, false, true])
  }

  @Test func viewerWithARateSeesFewerFramesAndTheLastOneAgain() async throws {
    try await TestServer.run({ $0.streamRepeatInterval = .milliseconds(20) }) { test in
      let client = try await test.viewer(path: "/stream.mjpg?fps=0.1")
      test.frames.publish(fakeFrame(1))
      _ = try client.readHead()
      #expect(try client.readText(upTo: "\r\n\r\n").contains("X-Timestamp: 1.000000"))
      _ = try client.read(1000)
      for sequence in 2...20 { test.frames.publish(fakeFrame(UInt64(sequence))) }
      // The next frame may come in ten seconds; until then the first is repeated.
      for _ in 1...3 {
        #expect(try client.readText(upTo: "\r\n\r\n").contains("X-Timestamp: 1.000000"))
        _ = try client.read(1000)
      }
    }
  }
}
