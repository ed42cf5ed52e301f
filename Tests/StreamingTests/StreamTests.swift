import Capture
import Pipeline
import Streaming
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct StreamTests {
  private static let opening = "--emotiond-frame\r\n"

  /// The next part's head and picture; the opening boundary must have been read.
  private func readPart(_ client: TestClient) throws -> (sequence: Int?, jpeg: [UInt8]) {
    let head = try client.readHead()
    let length = try #require(head["Content-Length"].flatMap(Int.init))
    let jpeg = try client.read(length)
    #expect(String(decoding: try client.read(20), as: UTF8.self) == "\r\n" + Self.opening)
    let timestamp = try #require(head["X-Timestamp"])
    return (timestamp.split(separator: ".").first.flatMap { Int($0) }, jpeg)
  }

  private func skipHead(_ client: TestClient) throws {
    _ = try client.readHead()
    _ = try client.read(Self.opening.utf8.count)
  }

  @Test func bytesOfTheStreamAreExact() async throws {
    try await TestServer.run { test in
      let client = try await test.viewer()
      let frame = fakeFrame(7)
      test.frames.publish(frame)
      let head = try client.readHead()
      #expect(head.start == "HTTP/1.1 200 OK")
      #expect(head["Content-Type"] == "multipart/x-mixed-replace;boundary=emotiond-frame")
      #expect(head["Connection"] == "close")
      #expect(head["X-Accel-Buffering"] == "no")
      #expect(head["Cache-Control"] == "no-store")
      #expect(head["Transfer-Encoding"] == nil)
      #expect(head["Content-Length"] == nil)
      let expected =
        Array(
          """
          --emotiond-frame\r
          Content-Type: image/jpeg\r
          Content-Length: 1000\r
          X-Timestamp: 7.000000\r
          \r\n
          """.utf8) + frame.jpeg + Array("\r\n--emotiond-frame\r\n".utf8)
      #expect(try client.read(expected.count) == expected)
    }
  }

  @Test(arguments: ["/stream.mjpg?t=1", "/?action=stream", "/?x=1&action=stream"])
  func streamHasOtherNames(path: String) async throws {
    try await TestServer.run { test in
      let client = try test.client()
      try client.get(path)
      let head = try client.readHead()
      #expect(head["Content-Type"]?.hasPrefix("multipart/x-mixed-replace") == true)
    }
  }

  @Test func freshFrameIsShownAtOnce() async throws {
    try await TestServer.run({ $0.freshFrameAge = .seconds(3600) }) { test in
      test.frames.publish(fakeFrame(1))
      let client = try await test.viewer()
      try skipHead(client)
      #expect(try readPart(client).sequence == 1)
    }
  }

  @Test func oldFrameIsNotShown() async throws {
    try await TestServer.run { test in
      test.frames.publish(fakeFrame(1, capturedAt: MonotonicTime(nanoseconds: 0)))
      let client = try await test.viewer()
      test.frames.publish(fakeFrame(2))
      try skipHead(client)
      #expect(try readPart(client).sequence == 2)
    }
  }

  @Test func lastFrameIsRepeatedWhileThereIsNoOther() async throws {
    try await TestServer.run({ $0.streamRepeatInterval = .milliseconds(10) }) { test in
      let client = try await test.viewer()
      test.frames.publish(fakeFrame(1))
      try skipHead(client)
      for _ in 1...3 { #expect(try readPart(client).sequence == 1) }
    }
  }

  @Test func framesAreWantedOnlyWhileSomebodyWatches() async throws {
    try await TestServer.run { test in
      #expect(!test.frames.isWatched)
      do {
        let first = try await test.viewer()
        let second = try await test.viewer()
        #expect(test.frames.isWatched)
        withExtendedLifetime((first, second)) {}
      }
      try await wait { !test.frames.isWatched }
      try await wait { test.server.viewerCount == 0 && test.server.clientCount == 0 }
    }
  }

  @Test(arguments: [1, 2])
  func slowViewerCostsTheOthersNothing(threadCount: Int) async throws {
    try await TestServer.run({ configuration in
      configuration.threadCount = threadCount
      configuration.streamRepeatInterval = .seconds(3600)
    }) { test in
      let slow = try await test.viewer(bufferBytes: 4096)
      let quick = [try await test.viewer(), try await test.viewer()]
      for client in quick { try skipHead(client) }
      let frameCount = 80
      let frameBytes = 200_000
      for sequence in 1...frameCount {
        let frame = fakeFrame(UInt64(sequence), byteCount: frameBytes)
        test.frames.publish(frame)
        for client in quick {
          let part = try readPart(client)
          #expect(part.sequence == sequence)
          #expect(part.jpeg == frame.jpeg)
        }
      }
      // What the slow one gets now was in the kernel's buffers or one part of its own, then comes the
      // newest frame. All the others were never kept for it.
      try skipHead(slow)
      var sequences: [Int] = []
      while sequences.last != frameCount { sequences.append(try #require(try readPart(slow).sequence)) }
      #expect(sequences == sequences.sorted() && Set(sequences).count == sequences.count)
      #expect(sequences.count * frameBytes < 3_000_000)
    }
  }

  @Test func viewerThatTakesNothingIsGivenUp() async throws {
    try await TestServer.run({ $0.streamSendTimeout = .milliseconds(20) }) { test in
      let stuck = try await test.viewer(bufferBytes: 4096)
      test.frames.publish(fakeFrame(1, byteCount: 4_000_000))
      try await wait { test.server.viewerCount == 0 }
      try await wait { test.server.clientCount == 0 }
      withExtendedLifetime(stuck) {}
    }
  }

  @Test func viewerThatHangsUpIsNoticedWithoutAFrame() async throws {
    try await TestServer.run { test in
      let client = try await test.viewer()
      client.closeOutput()
      try await wait { test.server.viewerCount == 0 }
      _ = try client.readUntilClosed()
    }
  }

  @Test func headOfTheStreamHasNoBody() async throws {
    try await TestServer.run { test in
      let client = try test.client()
      try client.get("/stream.mjpg", method: "HEAD")
      let head = try client.readHead()
      #expect(head.status == 200)
      #expect(try client.readUntilClosed() == [])
      #expect(!test.frames.isWatched)
    }
  }

  @Test(arguments: [1, 2])
  func theSourcesEndIsTheStreamsAfterItsLastFrame(threadCount: Int) async throws {
    try await TestServer.run({ $0.threadCount = threadCount }) { test in
      let viewers = [
        try await test.viewer(), try await test.viewer(),
        // Takes its frame piece by piece, and has all of it before the end.
        try await test.viewer(bufferBytes: 4096),
        try await test.viewer(path: "/stream.mjpg?width=64"),
      ]
      for variant in [FrameVariant.standard, FrameVariant(maximumWidth: 64)] {
        test.frames.publish(fakeFrame(1, byteCount: 1_000_000), as: variant)
      }
      test.frames.end()
      for viewer in viewers {
        try skipHead(viewer)
        let part = try readPart(viewer)
        #expect(part.sequence == 1)
        #expect(part.jpeg.count == 1_000_000)
        #expect(try viewer.readUntilClosed() == [])
      }
      try await wait { test.server.viewerCount == 0 && !test.frames.isWatched }
    }
  }

  private static let endings: [(String?, String)] = [
    (nil, "the source came to its end"), ("film.mp4 is cut", "the source failed: film.mp4 is cut"),
  ]

  @Test(arguments: endings)
  func whatIsOverIsNotWaitedFor(reason: String?, said: String) async throws {
    try await TestServer.run { test in
      var status = PipelineStatus()
      status.source = .ended(reason: reason)
      test.status.set(status)
      for path in ["/stream.mjpg", "/stream.mjpg?width=64", "/?action=stream", "/snapshot.jpg"] {
        let client = try test.client()
        try client.get(path)
        let (head, body) = try client.readResponse()
        #expect(head.status == 503, "\(path)")
        #expect(head["Retry-After"] == nil, "nobody knows when")
        #expect(String(decoding: body, as: UTF8.self).contains(said), "\(path)")
      }
    }
  }
}
