import Foundation
import Glibc
import TestSupport
import Testing

/// The program and the socket that it listens on, where that is not as it should be.
@Suite(.serialized) struct ListenerTests {
  /// The program with a socket as systemd would pass it.
  private static func daemon(_ listener: LoopbackListener, _ arguments: [String]) throws -> DaemonProcess {
    try DaemonProcess(
      ["run", "--source", "demo"] + arguments, input: FileHandle(fileDescriptor: listener.descriptor),
      activation: "exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"")
  }

  @Test func aProgramThatDoesNotListenAnyMoreEnds() async throws {
    let listener = try LoopbackListener()
    let daemon = try Self.daemon(listener, [])
    _ = try await daemon.address()
    // Both processes have the same socket.
    listener.stop()
    let outcome = await daemon.waitForEnd()
    #expect(outcome.status == 69, "\(outcome.errors)")
    #expect(outcome.errors.contains("does not listen any more"))
  }

  @Test func socketsThatNobodyAnswersOnAreSaid() async throws {
    let listener = try LoopbackListener()
    let daemon = try Self.daemon(listener, ["--listen", "off", "--labels", "-"])
    _ = try await daemon.message("nobody answers on the sockets that systemd passed")
    // From here on signals are heard.
    _ = try await daemon.lines(atLeast: 1)
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 0)
  }

  @Test func aProgramWithTooManyOpenFilesSaysSoAndGoesOn() async throws {
    let daemon = try DaemonProcess(
      ["run", "--source", "demo", "--analysis-fps", "1", "--listen", "127.0.0.1:0"],
      activation: "ulimit -n 80; exec \"$@\"")
    let port = try #require(try await daemon.address().port)
    var crowd = try (0..<100).map { _ in try RawClient(port: port) }
    _ = try await daemon.message("a client cannot be taken")
    crowd = []
    let metrics = try await Tool.curl("http://127.0.0.1:\(port)/metrics")
    #expect(metrics.status == 200)
    let sample = try #require(metrics.body.firstMatch(of: /emotiond_http_accept_failures_total ([0-9]+)/))
    #expect(try #require(Int(sample.1)) > 0)
    #expect(crowd.isEmpty)
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 0)
  }

  @Test func aFilmThatIsOverLeavesNobodyWaiting() async throws {
    let folder = try TemporaryFolder()
    let film = try folder.write(Array("no film".utf8), as: "film.mjpeg")
    let daemon = try DaemonProcess([
      "run", "--camera", "film=\(film)", "--camera", "hall=demo", "--listen", "127.0.0.1:0",
    ])
    let port = try #require(try await daemon.address().port)
    _ = try await daemon.message("film: ")
    let url = "http://127.0.0.1:\(port)"
    for path in ["stream.mjpg", "snapshot.jpg"] {
      let answer = try await Tool.curl("\(url)/cameras/film/\(path)")
      #expect(answer.status == 503)
      #expect(answer.body.contains("the source failed: "))
    }
    #expect(try await Tool.curl("\(url)/cameras/hall/snapshot.jpg").status == 200)
    #expect(try await Tool.curl("\(url)/cameras").body.contains("\"state\":\"ended\",\"reason\":\""))
    daemon.signal(SIGTERM)
    #expect(await daemon.waitForEnd().status == 65)
  }
}
