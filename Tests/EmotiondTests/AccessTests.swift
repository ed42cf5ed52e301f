import Foundation
import TestSupport
import Testing

@testable import emotiond

/// Who is let in, and by which way: the real program, asked by curl and openssl.
@Suite(.serialized) struct AccessTests {
  private static func start(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> DaemonProcess {
    try DaemonProcess(
      ["run", "--source", "demo", "--analysis-fps", "1", "--log-level", "debug"] + arguments,
      environment: environment)
  }

  /// The port of the address that the program said.
  private static func port(_ daemon: DaemonProcess) async throws -> Int {
    try #require(try await daemon.address().port)
  }

  private static func end(_ daemon: DaemonProcess) async -> String {
    daemon.signal(SIGTERM)
    let outcome = await daemon.waitForEnd()
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.errors
  }

  @Test(arguments: ["0.0.0.0:0", "[::]:0"])
  func theNetworkSeesNothingWithoutAToken(address: String) async throws {
    let outcome = await DaemonProcess.run(["run", "--source", "demo", "--listen", address])
    #expect(outcome.status == 78)
    #expect(outcome.errors.contains("http.listen: cannot listen on \(address) without a token"))
    #expect(outcome.errors.contains("--token-file"))
  }

  @Test func theNetworkSeesTheCameraWithTheToken() async throws {
    let fixture = try AccessFixture()
    let daemon = try Self.start(["--listen", "0.0.0.0:0", "--token-file", fixture.tokenFile])
    let port = try await Self.port(daemon)
    let url = "http://127.0.0.1:\(port)"
    #expect(try await Tool.curl("\(url)/state").status == 401)
    #expect(try await Tool.curl("\(url)/healthz").status == 200)
    #expect(
      try await Tool.curl("-H", "Authorization: Bearer \(AccessFixture.token)", "\(url)/state").status == 200)
    #expect(try await Tool.curl("\(url)/state?token=\(AccessFixture.token)").status == 200)
    // As a browser: the page leads to the form, the form to the page.
    let jar = fixture.folder.path("cookies")
    let browser = ["-c", jar, "-b", jar, "-L", "-H", "Accept: text/html"]
    let form = try await Tool.run("curl", ["-s"] + browser + ["\(url)/"])
    #expect(form.output.contains("<form method=\"post\">"))
    let page = try await Tool.run(
      "curl", ["-s"] + browser + ["--data-urlencode", "token=\(AccessFixture.token)", "\(url)/login"])
    #expect(page.output.contains("id=\"cards\""))
    #expect(try await Tool.curl("-b", jar, "\(url)/state").status == 200)
    // An attempt comes back every few seconds: on a slow machine it takes more than ten to use them up.
    var limited = try await Tool.curl("-i", "\(url)/state?token=guess-guess-guess")
    for _ in 0..<100 where limited.status == 401 {
      limited = try await Tool.curl("-i", "\(url)/state?token=guess-guess-guess")
    }
    #expect(limited.status == 429)
    #expect(limited.body.lowercased().contains("retry-after: "))
    let metrics = try await Tool.curl("-b", jar, "\(url)/metrics")
    let wrong = metrics.body.firstMatch(of: /emotiond_http_wrong_tokens_total (\d+)/)?.1
    #expect((wrong.flatMap { Int($0) } ?? 0) >= 10)

    // Another token, read again: cookies and the old token are worth nothing any more.
    try fixture.writeToken("another-token-for-tests")
    daemon.signal(SIGHUP)
    _ = try await daemon.message("token read again: it is another one")
    #expect(try await Tool.curl("-b", jar, "\(url)/state").status == 401)
    // One that others can read is not taken.
    try fixture.writeToken("a-third-token-for-tests", mode: 0o644)
    daemon.signal(SIGHUP)
    let said = try await daemon.message("the old one stays in force")
    #expect(said.contains("\(fixture.tokenFile): others than its owner can read or change it; chmod 600 it"))

    let log = await Self.end(daemon)
    #expect(log.contains("cross the network unencrypted"))
    for secret in [AccessFixture.token, "another-token", "a-third-token", "guess-guess"] {
      #expect(!log.contains(secret), "no token is ever logged")
    }
  }

  @Test func systemdsCredentialIsTaken() async throws {
    let fixture = try AccessFixture()
    let daemon = try Self.start(
      ["--listen", "127.0.0.1:0"], environment: ["CREDENTIALS_DIRECTORY": fixture.folder.path("")])
    let port = try await Self.port(daemon)
    #expect(try await Tool.curl("http://127.0.0.1:\(port)/state").status == 401)
    #expect(try await Tool.curl("http://127.0.0.1:\(port)/state?token=\(AccessFixture.token)").status == 200)
    _ = await Self.end(daemon)
  }

  /// Names without a folder are credentials' where systemd gives some: the service cannot read root's files.
  @Test func credentialsAreNamedWithoutTheirFolder() async throws {
    let fixture = try AccessFixture()
    try await fixture.makeCertificate(serial: 17)
    func name(_ path: String) -> String { URL(filePath: path).lastPathComponent }
    let daemon = try Self.start(
      [
        "--listen", "127.0.0.1:0", "--tls-certificate", name(fixture.certificate), "--tls-key",
        name(fixture.key), "--token-file", name(fixture.tokenFile),
      ], environment: ["CREDENTIALS_DIRECTORY": fixture.folder.path("")])
    let url = "https://localhost:\(try await Self.port(daemon))/state"
    #expect(try await Tool.curl("--cacert", fixture.certificate, url).status == 401)
    let bearer = "Authorization: Bearer \(AccessFixture.token)"
    #expect(try await Tool.curl("--cacert", fixture.certificate, "-H", bearer, url).status == 200)
    _ = await Self.end(daemon)
  }

  @Test func httpsIsSpokenWithACertificateThatCanBeRenewed() async throws {
    let fixture = try AccessFixture()
    try await fixture.makeCertificate(serial: 17)
    let daemon = try Self.start([
      "--listen", "127.0.0.1:0", "--tls-certificate", fixture.certificate, "--tls-key", fixture.key,
      "--token-file", fixture.tokenFile,
    ])
    let port = try await Self.port(daemon)
    let url = "https://localhost:\(port)"
    let bearer = "Authorization: Bearer \(AccessFixture.token)"
    #expect(try await Tool.curl("--cacert", fixture.certificate, "-H", bearer, "\(url)/state").status == 200)
    let picture = fixture.folder.path("picture.jpg")
    let snapshot = try await Tool.curl(
      "--cacert", fixture.certificate, "-H", bearer, "-o", picture, "\(url)/snapshot.jpg")
    #expect(snapshot.status == 200)
    #expect(try Data(contentsOf: URL(filePath: picture)).suffix(2) == Data([0xFF, 0xD9]))
    // A stream goes on until the viewer leaves.
    let stream = try await Tool.run(
      "sh",
      [
        "-c", "curl -s -m 60 --cacert \"$1\" -H \"$2\" \"$3\" | head -c 200000 | wc -c", "sh",
        fixture.certificate,
        bearer, "\(url)/stream.mjpg",
      ])
    #expect(stream.output.trimmingCharacters(in: .whitespacesAndNewlines) == "200000", "\(stream.errors)")
    let login = try await Tool.curl(
      "--cacert", fixture.certificate, "-i", "-d", "token=\(AccessFixture.token)", "\(url)/login")
    #expect(login.body.contains("; HttpOnly; SameSite=Lax; Secure"))
    // Plain HTTP gets an answer in its own language.
    let plain = try await Tool.curl("http://127.0.0.1:\(port)/state")
    #expect(plain.status == 400)
    #expect(plain.body.contains("This port speaks HTTPS; ask https://"))
    #expect(try Self.alert(toHelloOf: [3, 2], port: port) == 70, "TLS 1.1 is refused: protocol_version")

    #expect(try await Self.serial(port) == "serial=11")
    try await fixture.makeCertificate(serial: 18)
    daemon.signal(SIGHUP)
    _ = try await daemon.message("certificate read again")
    #expect(try await Self.serial(port) == "serial=12")
    try Data("no certificate".utf8).write(to: URL(filePath: fixture.certificate))
    daemon.signal(SIGHUP)
    let said = try await daemon.message("the old one stays in force")
    #expect(said.contains("\(fixture.certificate): holds no certificate in PEM form"))
    #expect(try await Self.serial(port) == "serial=12")
    _ = await Self.end(daemon)
  }

  @Test func badCertificatesAreNamed() async throws {
    let fixture = try AccessFixture()
    try await fixture.makeCertificate()
    let other = try AccessFixture()
    try await other.makeCertificate()
    let protected = fixture.folder.path("protected.pem")
    _ = try await Tool.run(
      "openssl", ["pkey", "-in", fixture.key, "-aes128", "-passout", "pass:secret", "-out", protected])
    chmod(protected, 0o600)
    let open = fixture.folder.path("open.pem")
    try FileManager.default.copyItem(atPath: fixture.key, toPath: open)
    chmod(open, 0o644)
    for (certificate, key, message) in [
      (fixture.certificate, "", "one is of no use without the other"),
      (fixture.certificate, other.key, "do not belong together"),
      (fixture.key, fixture.key, "holds no certificate in PEM form"),
      (fixture.certificate, fixture.certificate, "others than its owner can read"),
      (fixture.certificate, protected, "or one that needs a password"),
      (fixture.certificate, open, "chmod 600 it"),
      (fixture.certificate, "/nonexistent", "/nonexistent: cannot be read: No such file"),
    ] {
      let outcome = await DaemonProcess.run([
        "run", "--source", "demo", "--listen", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key",
        key,
      ])
      #expect(outcome.status == 78)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
  }

  @Test func aUnixSocketIsServedAndComesBackAfterAKill() async throws {
    let fixture = try AccessFixture()
    let arguments = ["--listen", "unix:\(fixture.socket)", "--set", "http.socket_mode=0600"]
    let killed = try Self.start(arguments)
    _ = try await killed.message("listening on unix:\(fixture.socket)")
    killed.signal(SIGKILL)
    #expect(await killed.waitForEnd().status == SIGKILL)
    #expect(FileManager.default.fileExists(atPath: fixture.socket))
    let daemon = try Self.start(arguments)
    _ = try await daemon.message("listening on unix:\(fixture.socket)")
    let mode = try FileManager.default.attributesOfItem(atPath: fixture.socket)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(try await Tool.curl("--unix-socket", fixture.socket, "http://camera.example/state").status == 200)
    let second = await DaemonProcess.run(["run", "--source", "demo", "--listen", "unix:\(fixture.socket)"])
    #expect(second.status == 69)
    #expect(second.errors.contains("another program listens there"))
    _ = await Self.end(daemon)
    #expect(!FileManager.default.fileExists(atPath: fixture.socket))
  }

  /// As systemd starts a service whose socket it opened: the socket is descriptor 3, and LISTEN_PID the process.
  @Test func aSocketThatSystemdOpenedIsServed() async throws {
    let listener = try LoopbackListener()
    let daemon = try DaemonProcess(
      ["run", "--source", "demo", "--listen", "127.0.0.1:1"],
      input: FileHandle(fileDescriptor: listener.descriptor),
      activation: "exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"")
    #expect(try await Self.port(daemon) == listener.port, "http.listen does not count")
    #expect(try await Tool.curl("http://127.0.0.1:\(listener.port)/state").status == 200)
    _ = await Self.end(daemon)
    // Descriptors that were meant for another process are none of ours.
    let other = try DaemonProcess(
      ["run", "--source", "demo", "--listen", "127.0.0.1:0"],
      input: FileHandle(fileDescriptor: listener.descriptor),
      activation: "exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=1 exec \"$@\"")
    #expect(try await Self.port(other) != listener.port)
    _ = await Self.end(other)
  }

  /// The serial number of the certificate that a server shows.
  private static func serial(_ port: Int) async throws -> String {
    let shown = try await Tool.run("openssl", ["s_client", "-connect", "127.0.0.1:\(port)"])
    let printed = try await Tool.run("openssl", ["x509", "-noout", "-serial"], input: shown.output)
    return printed.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The description of the alert that answers a ClientHello of a TLS version (RFC 8446, section 6), made by hand:
  /// today's clients refuse to speak older ones.
  private static func alert(toHelloOf version: [UInt8], port: Int) throws -> UInt8? {
    let random = [UInt8](repeating: 7, count: 32)
    let suites: [UInt8] = [0, 4, 0xC0, 0x13, 0xC0, 0x09]
    let body = version + random + [0] + suites + [1, 0]
    let handshake: [UInt8] = [1, 0, 0, UInt8(body.count)] + body
    let client = try RawClient(port: port)
    try client.send([22, 3, 1, 0, UInt8(handshake.count)] + handshake)
    let answer = try client.readUntilClosed()
    guard answer.count >= 7, answer[0] == 21, answer[5] == 2 else { return nil }
    return answer[6]
  }
}
