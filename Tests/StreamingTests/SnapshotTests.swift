import Capture
import Pipeline
import Streaming
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct SnapshotTests {
  @Test(arguments: ["/snapshot.jpg", "/?action=snapshot", "/snapshot.jpg?n=1"])
  func waitsForAFreshFrame(path: String) async throws {
    try await TestServer.run { test in
      test.frames.publish(fakeFrame(1))
      let client = try test.client()
      try client.get(path)
      try await wait { test.frames.isWatched }
      let frame = fakeFrame(2)
      test.frames.publish(frame)
      let (head, body) = try client.readResponse()
      #expect(head.status == 200)
      #expect(head["Content-Type"] == "image/jpeg")
      #expect(head["Content-Disposition"] == "inline; filename=\"snapshot.jpg\"")
      #expect(head["X-Timestamp"] == "2.000000")
      #expect(head["X-Emotiond-Placeholder"] == nil)
      #expect(body == frame.jpeg)
      try await wait { !test.frames.isWatched }
      // The connection goes on.
      try client.get("/faces")
      #expect(try client.readResponse().head.status == 200)
    }
  }

  @Test func placeholderIsMarked() async throws {
    try await TestServer.run { test in
      var status = PipelineStatus()
      status.source = .waiting(reason: "unplugged")
      test.status.set(status)
      let client = try test.client()
      try client.get("/snapshot.jpg")
      try await wait { test.frames.isWatched }
      test.frames.publish(fakeFrame(1, isPlaceholder: true))
      #expect(try client.readResponse().head["X-Emotiond-Placeholder"] == "1")
    }
  }

  @Test(arguments: [PipelineStatus.SourceState.starting, .waiting(reason: "nobody watches")])
  func aCameraThatOpensIsWaitedFor(source: PipelineStatus.SourceState) async throws {
    try await TestServer.run { test in
      var status = PipelineStatus()
      status.source = source
      status.camera.state = .idle
      test.status.set(status)
      let client = try test.client()
      try client.get("/snapshot.jpg")
      try await wait { test.frames.isWatched }
      test.frames.publish(fakeFrame(1, isPlaceholder: true))
      // One that was begun before the camera ran and is there after.
      status.source = .running
      test.status.set(status)
      test.frames.publish(fakeFrame(2, isPlaceholder: true))
      test.frames.publish(fakeFrame(3))
      let (head, _) = try client.readResponse()
      #expect(head["X-Timestamp"] == "3.000000")
      #expect(head["X-Emotiond-Placeholder"] == nil)
    }
  }

  @Test func aCameraThatCannotBeOpenedIsNotWaitedFor() async throws {
    try await TestServer.run { test in
      let client = try test.client()
      try client.get("/snapshot.jpg")
      try await wait { test.frames.isWatched }
      var status = PipelineStatus()
      status.source = .waiting(reason: "it is gone")
      status.camera.state = .lost
      test.status.set(status)
      test.frames.publish(fakeFrame(1, isPlaceholder: true))
      #expect(try client.readResponse().head["X-Emotiond-Placeholder"] == "1")
    }
  }

  @Test func headTellsTheLengthAlone() async throws {
    try await TestServer.run { test in
      let client = try test.client()
      try client.get("/snapshot.jpg", method: "HEAD")
      try await wait { test.frames.isWatched }
      test.frames.publish(fakeFrame(1, byteCount: 1234))
      let (head, _) = try client.readResponse(hasBody: false)
      #expect(head["Content-Length"] == "1234")
      // What follows is the next answer and no body.
      try client.get("/nothing")
      #expect(try client.readResponse().head.status == 404)
    }
  }

  @Test func givesUpWithoutAFrame() async throws {
    try await TestServer.run({ $0.snapshotTimeout = .milliseconds(20) }) { test in
      let client = try test.client()
      try client.get("/snapshot.jpg")
      let (head, body) = try client.readResponse()
      #expect(head.status == 503)
      #expect(head["Retry-After"] == "5")
      #expect(String(decoding: body, as: UTF8.self).contains("/healthz"))
      try await wait { !test.frames.isWatched }
    }
  }

  @Test func theSourcesEndIsToldToWhoWaits() async throws {
    try await TestServer.run { test in
      let client = try test.client()
      try client.get("/snapshot.jpg")
      try await wait { test.frames.isWatched }
      var status = PipelineStatus()
      status.source = .ended(reason: nil)
      test.status.set(status)
      test.frames.end()
      let (head, body) = try client.readResponse()
      #expect(head.status == 503)
      #expect(String(decoding: body, as: UTF8.self).contains("the source came to its end"))
      try await wait { !test.frames.isWatched }
    }
  }

  @Test func clientThatLeavesIsForgotten() async throws {
    try await TestServer.run { test in
      var client: TestClient? = try test.client()
      try client?.get("/snapshot.jpg")
      try await wait { test.frames.isWatched }
      // Unread input makes the kernel say at once that the client is gone, and not only that it is silent.
      try client?.send("x")
      client = nil
      test.frames.publish(fakeFrame(1))
      try await wait { !test.frames.isWatched && test.server.clientCount == 0 }
    }
  }

  @Test func answerReachesAClientThatSaysNoMore() async throws {
    try await TestServer.run { test in
      let client = try test.client()
      try client.get("/snapshot.jpg")
      client.closeOutput()
      try await wait { test.frames.isWatched }
      test.frames.publish(fakeFrame(1, byteCount: 500_000))
      let (head, body) = try client.readResponse()
      #expect(head["Connection"] == "close")
      #expect(body.count == 500_000)
      #expect(try client.readUntilClosed() == [])
    }
  }
}
