import Capture
import Glibc
import Pipeline
import TestSupport
import Testing

@testable import Streaming

@Suite(.timeLimit(.minutes(10)))
struct ServerTests {
  private func makeServer(token: AccessToken? = nil) -> HTTPServer {
    var configuration = HTTPServerConfiguration()
    configuration.token = token
    return HTTPServer(
      context: StreamingContext(frames: FrameHub(), labels: LabelHub(), status: { PipelineStatus() }),
      configuration: configuration)
  }

  @Test func stopEndsWhateverIsUnderWay() async throws {
    try await TestServer.run { test in
      let viewer = try await test.viewer()
      let idle = try test.client()
      try idle.get("/faces")
      _ = try idle.readResponse()
      let waiting = try test.client()
      try waiting.get("/snapshot.jpg")
      try await wait { test.server.clientCount == 3 }
      let stuck = try await test.viewer(bufferBytes: 4096)
      test.frames.publish(fakeFrame(1, byteCount: 4_000_000))
      _ = try waiting.readHead()
      await test.server.stop()
      _ = try viewer.readUntilClosed()
      #expect(try idle.readUntilClosed() == [])
      _ = try stuck.readUntilClosed()
      #expect(!test.frames.isWatched)
      #expect(test.server.clientCount == 0)
      #expect(test.server.viewerCount == 0)
      #expect(throws: TestClient.Failure.self) { try test.client() }
      // Frames may still come.
      test.frames.publish(fakeFrame(2))
      await test.server.stop()
    }
  }

  @Test func addressInUseIsSaid() async throws {
    try await TestServer.run { test in
      let address = ListenAddress(host: "127.0.0.1", port: test.port)
      await #expect(throws: HTTPServerError.addressInUse(address)) {
        try await makeServer().start(at: address)
      }
    }
  }

  @Test func addressOfNobodyIsSaid() async throws {
    // Reserved for documentation (RFC 5737): no machine has it.
    let address = ListenAddress(host: "203.0.113.1", port: 0)
    let server = makeServer(token: try AccessToken("0123456789abcdef"))
    await #expect(throws: HTTPServerError.addressNotAvailable(address)) {
      try await server.start(at: address)
    }
  }

  @Test func serverStartsOnce() async throws {
    let server = makeServer()
    let address = try await server.start(at: ListenAddress("localhost:0"))
    #expect(address.host == "localhost")
    #expect(address.port != 0)
    await #expect(throws: HTTPServerError.alreadyStarted) {
      try await server.start(at: ListenAddress("127.0.0.1:0"))
    }
    await server.stop()
    await #expect(throws: HTTPServerError.alreadyStarted) {
      try await server.start(at: ListenAddress("127.0.0.1:0"))
    }
  }

  @Test(arguments: [
    ("127.0.0.1:8080", "127.0.0.1", 8080), ("[::1]:0", "::1", 0), ("localhost:65535", "localhost", 65535),
  ])
  func addressesAreRead(text: String, host: String, port: UInt16) throws {
    let address = try ListenAddress(text)
    #expect(address == ListenAddress(host: host, port: port))
    #expect(address.description == text)
    #expect(address.isLoopback)
  }

  @Test(arguments: [
    "", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1",
    "::1:8080", "[::1:8080", "[]:8080", "a b:80", "127.0.0.1:http",
  ])
  func badAddressesAreRefused(text: String) {
    #expect {
      try ListenAddress(text)
    } throws: { error in
      guard case .badAddress(let found, let reason) = error as? HTTPServerError else { return false }
      return found == text && !reason.isEmpty
    }
  }

  @Test func openServerAnswersToEveryName() {
    let open = HostPolicy(boundTo: ListenAddress(host: "0.0.0.0", port: 80))
    #expect(open.admits(authority: "camera.example"))
    let local = HostPolicy(boundTo: ListenAddress(host: "127.0.0.2", port: 80))
    #expect(local.admits(authority: "127.0.0.2:80"))
    #expect(local.admits(authority: nil))
    #expect(!local.admits(authority: "camera.example"))
  }

  @Test(arguments: [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
    (1_772_368_496, "Sun, 01 Mar 2026 12:34:56 GMT"),
  ])
  func datesAreWrittenAsHTTPWantsThem(seconds: Int, text: String) {
    #expect(HTTPDate.string(secondsSince1970: seconds) == text)
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("127.9.9.9", true), ("localhost", true), ("::1", true), ("::ffff:127.0.0.1", true),
    ("0.0.0.0", false), ("192.168.1.5", false), ("::", false), ("127.0.0.1.example.org", false),
    ("127.example.org", false), ("localhost.example.org", false), ("::ffff:192.168.1.5", false),
  ])
  func onlyLoopbackAddressesCountAsSuch(host: String, isLoopback: Bool) {
    #expect(ListenAddress(host: host, port: 8080).isLoopback == isLoopback)
  }
}
