import Foundation
import Glibc
import Pipeline
import Testing

@testable import Streaming

/// Where a server may listen, and what it does about what is there already.
@Suite(.timeLimit(.minutes(10)))
struct ListenPlaceTests {
  private func makeServer(token: AccessToken? = nil) -> HTTPServer {
    var configuration = HTTPServerConfiguration()
    configuration.token = token
    return HTTPServer(
      context: StreamingContext(frames: FrameHub(), labels: LabelHub(), status: { PipelineStatus() }),
      configuration: configuration)
  }

  private func place(_ folder: TestFolder, _ name: String = "socket", mode: mode_t = 0o600) -> ListenPlace {
    .socketFile(path: folder.path(name), mode: mode)
  }

  /// Whether an answer comes through a unix socket.
  private func isAnswered(_ path: String) throws -> Bool {
    let client = try TestClient(path: path)
    try client.get("/healthz")
    return try client.readResponse().head.status == 200
  }

  @Test func otherAddressesNeedAToken() async throws {
    for text in ["0.0.0.0:0", "[::]:0"] {
      let address = try ListenAddress(text)
      await #expect(throws: HTTPServerError.tokenNeeded(address)) {
        try await makeServer().start(at: address)
      }
      #expect(HTTPServerError.tokenNeeded(address).description.contains("--token-file"))
    }
    let server = makeServer(token: try AccessToken("0123456789abcdef"))
    let address = try await server.start(at: ListenAddress("0.0.0.0:0"))
    let client = try TestClient(port: address.port)
    // Any name is answered, and nobody without the token.
    try client.send("GET /faces HTTP/1.1\r\nHost: camera.example\r\n\r\n")
    #expect(try client.readResponse().head.status == 401)
    try client.send(
      "GET /faces HTTP/1.1\r\nHost: camera.example\r\nAuthorization: Bearer 0123456789abcdef\r\n\r\n")
    #expect(try client.readResponse().head.status == 200)
    await server.stop()
  }

  @Test func aUnixSocketHasItsModeAndIsGoneAtTheEnd() async throws {
    let folder = try TestFolder()
    for mode: mode_t in [0o600, 0o660, 0o666] {
      let server = makeServer()
      let served = try await server.start(at: [place(folder, mode: mode)])
      #expect(served.map(\.description) == ["unix:" + folder.path("socket")])
      #expect(served.allSatisfy { $0.isLocal && !$0.isEncrypted })
      var status = stat()
      lstat(folder.path("socket"), &status)
      #expect(status.st_mode == S_IFSOCK | mode)
      #expect(try isAnswered(folder.path("socket")))
      await server.stop()
      #expect(lstat(folder.path("socket"), &status) != 0)
    }
  }

  /// Browsers keep cookies by host alone, and all that is behind one proxy has one host.
  @Test func eachUnixSocketHasACookieOfItsOwn() async throws {
    let folder = try TestFolder()
    let token = try AccessToken("0123456789abcdef")
    let form = "token=0123456789abcdef"
    var names: [String] = []
    for name in ["door", "hall", "door"] {
      let server = makeServer(token: token)
      try await server.start(at: [place(folder, name)])
      let client = try TestClient(path: folder.path(name))
      try client.send(
        "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
          + "Content-Length: \(form.utf8.count)\r\n\r\n\(form)")
      let cookie = try #require(try client.readResponse().head["Set-Cookie"]).prefix { $0 != ";" }
      try client.send("GET /faces HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\n\r\n")
      #expect(try client.readResponse().head.status == 200)
      names.append(String(cookie.prefix { $0 != "=" }))
      await server.stop()
    }
    #expect(names[0] != names[1])
    #expect(names[0] == names[2], "a server that was started again has the same")
    #expect(names.allSatisfy { $0.wholeMatch(of: /emotiond-[0-9a-f]{16}/) != nil }, "\(names)")
  }

  @Test func whatAKilledProgramLeftIsReplaced() async throws {
    let folder = try TestFolder()
    // A socket that nobody listens on any more.
    let (_, descriptor) = try SocketFile.make(path: folder.path("socket"), mode: 0o600)
    close(descriptor)
    let server = makeServer()
    try await server.start(at: [place(folder)])
    #expect(try isAnswered(folder.path("socket")))
    // Another program listens there now.
    let second = makeServer()
    let failure = await #expect(throws: HTTPServerError.self) { try await second.start(at: [place(folder)]) }
    #expect(failure?.description.contains("another program listens there") == true)
    #expect(try isAnswered(folder.path("socket")))
    await server.stop()
  }

  @Test func otherFilesAreLeftAlone() async throws {
    let folder = try TestFolder()
    try folder.write("precious", as: "file", mode: 0o600)
    symlink(folder.path("file"), folder.path("link"))
    try FileManager.default.createDirectory(atPath: folder.path("folder"), withIntermediateDirectories: true)
    for name in ["file", "link", "folder"] {
      let failure = await #expect(throws: HTTPServerError.self) {
        try await makeServer().start(at: [place(folder, name)])
      }
      #expect(failure?.description.contains("something else has this name") == true)
    }
    #expect(try String(contentsOfFile: folder.path("file"), encoding: .utf8) == "precious")
    let nowhere = await #expect(throws: HTTPServerError.self) {
      try await makeServer().start(at: [place(folder, "missing/socket")])
    }
    #expect(nowhere?.description.contains("its folder \(folder.path("missing")) cannot be used") == true)
  }

  @Test func aSocketThatTookItsPlaceIsNotTakenAway() async throws {
    let folder = try TestFolder()
    let server = makeServer()
    try await server.start(at: [place(folder)])
    unlink(folder.path("socket"))
    let other = makeServer()
    try await other.start(at: [place(folder)])
    await server.stop()
    #expect(try isAnswered(folder.path("socket")))
    await other.stop()
  }

  @Test func inheritedSocketsAreServedAsWhatTheyAre() async throws {
    let folder = try TestFolder()
    let (_, local) = try SocketFile.make(path: folder.path("socket"), mode: 0o600)
    listen(local, 8)
    let network = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    listen(network, 8)
    let closed = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(closed) }
    let datagrams = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(datagrams) }
    for descriptor in [closed, datagrams, 4000] {
      await #expect(throws: HTTPServerError.self) {
        try await makeServer().start(at: [.inherited(descriptor: descriptor)])
      }
    }
    // Listening without binding means every address, which needs a token.
    let failure = await #expect(throws: HTTPServerError.self) {
      try await makeServer().start(at: [.inherited(descriptor: network)])
    }
    #expect(failure?.description.contains("without a token") == true)
    close(network)
    let server = makeServer()
    let served = try await server.start(at: [.inherited(descriptor: local)])
    #expect(served.first?.description == "unix:" + folder.path("socket"))
    #expect(try isAnswered(folder.path("socket")))
    await server.stop()
    var status = stat()
    #expect(lstat(folder.path("socket"), &status) == 0, "it is not ours to take away")
  }

  @Test func placesAreRead() throws {
    #expect(try ListenPlace("127.0.0.1:80") == .address(ListenAddress(host: "127.0.0.1", port: 80)))
    #expect(
      try ListenPlace("unix:/run/a.sock", socketMode: 0o600) == .socketFile(path: "/run/a.sock", mode: 0o600))
    for text in ["unix:", "unix:a.sock", "unix:/" + String(repeating: "x", count: 200), "/run/a.sock"] {
      #expect(throws: HTTPServerError.self) { try ListenPlace(text) }
    }
  }
}
