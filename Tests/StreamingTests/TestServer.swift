import Capture
import Pipeline
import Streaming
import Synchronization
import TestSupport
import Testing

/// A server on a free port of 127.0.0.1, with hubs that the test fills.
struct TestServer {
  /// What a test fills of one camera.
  struct Camera {
    let frames = FrameHub()
    let labels = LabelHub()
    let status = TestStatus()
  }

  let cameras: [Camera]
  /// Those of the first camera.
  var frames: FrameHub { cameras[0].frames }
  var labels: LabelHub { cameras[0].labels }
  var status: TestStatus { cameras[0].status }
  let server: HTTPServer
  let port: UInt16

  /// Starts a server, and stops it after the body, however that ends.
  ///
  /// - Parameters:
  ///   - configure: Sets what the test is about. The server's patience is long otherwise: the tests may share a
  ///     busy machine.
  ///   - names: Of several cameras; empty for one without a name.
  static func run(
    _ configure: (inout HTTPServerConfiguration) -> Void = { _ in }, cameras names: [String] = [],
    body: (TestServer) async throws -> Void
  ) async throws {
    var configuration = HTTPServerConfiguration()
    configuration.requestTimeout = .seconds(3600)
    configuration.snapshotTimeout = .seconds(3600)
    configuration.streamSendTimeout = .seconds(3600)
    configure(&configuration)
    let test = try await TestServer(configuration, names)
    do { try await body(test) } catch {
      await test.server.stop()
      throw error
    }
    await test.server.stop()
  }

  private init(_ configuration: HTTPServerConfiguration, _ names: [String]) async throws {
    let names = names.isEmpty ? [nil] : names.map(Optional.some)
    cameras = names.map { _ in Camera() }
    let contexts = zip(names, cameras).map { name, camera in
      CameraContext(
        name: name, frames: camera.frames, labels: camera.labels, status: { camera.status.value })
    }
    server = HTTPServer(
      context: StreamingContext(
        program: ProgramDescription(version: "1.2.3", model: "a\"b\\c"), cameras: contexts),
      configuration: configuration)
    port = try await server.start(at: ListenAddress("127.0.0.1:0")).port
  }

  func client(bufferBytes: Int32? = nil) throws -> TestClient {
    try TestClient(port: port, bufferBytes: bufferBytes)
  }

  /// Signs in as a browser does.
  ///
  /// - Returns: The cookie: its name and value.
  func signIn(_ token: String) throws -> String {
    let client = try client()
    let form = "token=\(token)"
    try client.send(
      "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        + "Content-Length: \(form.utf8.count)\r\n\r\n\(form)")
    let cookie = try #require(try client.readHead()["Set-Cookie"])
    return String(cookie.prefix { $0 != ";" })
  }

  /// A client that watches the stream and is known to the server.
  func viewer(path: String = "/stream.mjpg", bufferBytes: Int32? = nil) async throws -> TestClient {
    let before = server.viewerCount
    let client = try client(bufferBytes: bufferBytes)
    try client.get(path)
    try await wait { server.viewerCount == before + 1 }
    return client
  }
}

/// What the pipeline says of itself.
final class TestStatus: Sendable {
  private let state = Mutex(PipelineStatus())

  var value: PipelineStatus { state.withLock { $0 } }

  func set(_ status: PipelineStatus) { state.withLock { $0 = status } }
}

/// Asks a server with header fields of the test's own.
func ask(
  _ test: TestServer, _ path: String, _ fields: String..., method: String = "GET", body: String = ""
) throws -> (head: TestHead, body: String) {
  let client = try test.client()
  let lines = fields.map { $0 + "\r\n" }.joined()
  let host = fields.contains { $0.hasPrefix("Host:") } ? "" : "Host: localhost\r\n"
  let length = method == "POST" ? "Content-Length: \(body.utf8.count)\r\n" : ""
  try client.send("\(method) \(path) HTTP/1.1\r\n\(host)\(length)\(lines)\r\n\(body)")
  let (head, bytes) = try client.readResponse()
  return (head, String(decoding: bytes, as: UTF8.self))
}

/// A frame of any bytes between the marks of a JPEG. It was taken `sequence` seconds after 1970, which the
/// stream shows as its timestamp.
func fakeFrame(
  _ sequence: UInt64, byteCount: Int = 1000, capturedAt: MonotonicTime = .now, isPlaceholder: Bool = false
) -> EncodedFrame {
  let filler = [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: max(0, byteCount - 4))
  return EncodedFrame(
    jpeg: [0xFF, 0xD8] + filler + [0xFF, 0xD9], width: 640, height: 480, sequence: sequence,
    capturedAt: capturedAt, wallClockNanoseconds: sequence * 1_000_000_000, isPlaceholder: isPlaceholder)
}
