import Capture
import Foundation
import Pipeline
import TestSupport
import Testing

@testable import Streaming

/// A server that asks for a token.
@Suite(.timeLimit(.minutes(10)))
struct AccessTests {
  static let token = "correct-horse+battery/staple="

  private func run(
    _ configure: (inout HTTPServerConfiguration) -> Void = { _ in },
    body: (TestServer) async throws -> Void
  ) async throws {
    let token = try AccessToken(Self.token)
    try await TestServer.run(
      {
        $0.token = token
        configure(&$0)
      }, body: body)
  }

  private static let form = "Content-Type: application/x-www-form-urlencoded"
  private static let browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"

  private func signIn(_ test: TestServer) throws -> String {
    let (head, _) = try ask(
      test, "/login", Self.form, Self.browser, method: "POST",
      body: "token=correct-horse%2Bbattery%2Fstaple%3D")
    #expect(head.status == 303)
    #expect(head["Location"] == "./")
    let cookie = try #require(head["Set-Cookie"])
    #expect(cookie.hasPrefix("emotiond-\(test.port)="))
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] { #expect(cookie.contains("; " + attribute)) }
    #expect(!cookie.contains("Secure"), "a browser would not send it back over plain HTTP")
    #expect(!cookie.contains(Self.token))
    return String(cookie.prefix { $0 != ";" })
  }

  @Test func nothingIsToldWithoutTheToken() async throws {
    try await run { test in
      let paths = SiteRouter.publicPaths.replacing(" and ", with: ", ").split(separator: ", ").map(
        String.init)
      for path in paths + ["/page.js", "/?action=stream", "/nothing", "/../etc/passwd", "/healthz/"] {
        guard !SiteRouter.openPaths.contains(path) else { continue }
        for method in ["GET", "HEAD"] {
          let client = try test.client()
          try client.get(path, method: method)
          let (head, _) = try client.readResponse(hasBody: method == "GET")
          #expect(head.status == 401, "\(path)")
          #expect(head["WWW-Authenticate"]?.hasPrefix("Bearer ") == true)
        }
      }
      #expect(test.server.viewerCount == 0)
      let health = try ask(test, "/healthz")
      #expect(health.head.status == 200)
      #expect(health.body == "{\"status\":\"waiting\"}\n")
      #expect(try ask(test, "/healthz?token=\(Self.token)").body.contains("\"faces\""))
    }
  }

  @Test func theTokenIsTakenFromHeaderAndQuery() async throws {
    try await run { test in
      for (path, field) in [
        ("/faces", "Authorization: Bearer \(Self.token)"), ("/faces", "authorization: bEARER  \(Self.token)"),
        ("/faces?token=\(Self.token)", "X: y"),
        ("/faces?a=b&token=correct-horse%2bbattery%2Fstaple%3D", "X: y"),
        // The header counts where both are there.
        ("/faces?token=wrong", "Authorization: Bearer \(Self.token)"),
      ] {
        let (head, _) = try ask(test, path, field)
        #expect(head.status == 200, "\(path) \(field)")
      }
      for (path, field) in [
        ("/faces", "Authorization: Basic \(Self.token)"), ("/faces", "Authorization: Bearer"),
        ("/faces", "Authorization: \(Self.token)"), ("/faces?token=", "X: y"), ("/faces?token", "X: y"),
        ("/faces?xtoken=\(Self.token)", "X: y"), ("/faces?token=\(Self.token)x", "X: y"),
        ("/faces?token=correct-horse", "X: y"), ("/faces", "Cookie: token=\(Self.token)"),
        ("/faces", "Cookie: emotiond-\(test.port)=\(Self.token)"),
      ] {
        let (head, _) = try ask(test, path, field)
        #expect(head.status == 401, "\(path) \(field)")
      }
    }
  }

  @Test func whoeverSignsInSeesThePage() async throws {
    try await run { test in
      let lead = try ask(test, "/", Self.browser)
      #expect(lead.head.status == 303)
      #expect(lead.head["Location"] == "login")
      let page = try ask(test, "/login", Self.browser)
      #expect(page.head.status == 200)
      #expect(page.head["Content-Security-Policy"]?.contains("default-src 'none'") == true)
      #expect(page.head["Content-Security-Policy"]?.contains("form-action 'self'") == true)
      #expect(page.head["Referrer-Policy"] == "same-origin")
      #expect(page.body.contains("role=\"alert\" hidden>"))
      for path in ["/page.css", "/theme.js", "/favicon.svg"] {
        #expect(try ask(test, path).head.status == 200, "the login page is made of it")
      }
      let cookie = try signIn(test)
      for path in ["/", "/faces", "/state", "/page.js"] {
        #expect(try ask(test, path, "Cookie: a=b; \(cookie)").head.status == 200)
      }
      #expect(try ask(test, "/faces", "Cookie: \(cookie)0").head.status == 401)
      // A cookie of yesterday is no guess: it costs nothing.
      for _ in 0..<30 {
        #expect(try ask(test, "/faces", "Cookie: emotiond-\(test.port)=old").head.status == 401)
      }
      #expect(try ask(test, "/faces", "Authorization: Bearer \(Self.token)").head.status == 200)
    }
  }

  @Test func aCamerasPageLeadsToTheFormToo() async throws {
    let token = try AccessToken(Self.token)
    try await TestServer.run({ $0.token = token }, cameras: ["door", "hall"]) { test in
      for (path, location) in [
        ("/", "login"), ("/overview", "login?next=/overview"),
        ("/cameras/door/", "../../login?next=/cameras/door/"),
        ("/cameras/door/?token=x", "../../login?next=/cameras/door/"),
        // Whether there is such a camera is not told.
        ("/cameras/attic/", "../../login?next=/cameras/attic/"),
        ("/cameras/a&b=%0d/", "../../login"),
      ] {
        let (head, _) = try ask(test, path, Self.browser)
        #expect(head.status == 303)
        #expect(head["Location"] == location)
      }
      for path in ["/cameras", "/cameras/door/faces", "/cameras/door/healthz", "/cameras/hall"] {
        let (head, _) = try ask(test, path, Self.browser)
        #expect(head.status == 401, "\(path)")
      }
      let cookie = try signIn(test)
      #expect(try ask(test, "/cameras/hall/", Self.browser, "Cookie: \(cookie)").head.status == 200)
      #expect(try ask(test, "/healthz").body == "{\"status\":\"waiting\"}\n")
    }
  }

  @Test(arguments: [
    ("/cameras/door/", "./cameras/door/"), ("%2Fcameras%2Fdoor%2F", "./cameras/door/"),
    ("/overview", "./overview"), ("/", "./"), ("", "./"), ("/cameras/attic/", "./"), ("/faces", "./"),
    ("//evil.example/", "./"), ("https://evil.example/", "./"), ("/cameras/door/../../", "./"),
    ("/\\evil.example", "./"),
  ])
  func whoeverSignsInComesToThePageThatWasAskedFor(next: String, location: String) async throws {
    let token = try AccessToken(Self.token)
    try await TestServer.run({ $0.token = token }, cameras: ["door", "hall"]) { test in
      let form = try ask(test, "/login?next=\(next)", Self.browser)
      // Sent to the address that it came from.
      #expect(!form.body.contains("action="))
      let (head, _) = try ask(
        test, "/login?next=\(next)", Self.form, method: "POST", body: "token=\(Self.token)")
      #expect(head.status == 303)
      #expect(head["Location"] == location)
    }
  }

  @Test(arguments: ["/stream.mjpg", "/snapshot.jpg"])
  func onlyAnAddressWithTheTokenMayBeShownElsewhere(path: String) async throws {
    try await run { test in
      func policy(_ path: String, _ field: String) async throws -> String? {
        let client = try test.client()
        try client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n\r\n")
        try await wait { test.frames.isWatched }
        test.frames.publish(fakeFrame(1))
        let head = try client.readHead()
        #expect(head.status == 200)
        client.closeOutput()
        _ = try client.readUntilClosed()
        try await wait { !test.frames.isWatched }
        return head["Cross-Origin-Resource-Policy"]
      }
      #expect(try await policy("\(path)?token=\(Self.token)", "X: y") == "cross-origin")
      let bearer = "Authorization: Bearer \(Self.token)"
      #expect(try await policy(path, bearer) == "same-site")
      #expect(try await policy("\(path)?token=wrong", bearer) == "same-site")
      let cookie = try signIn(test)
      #expect(try await policy("\(path)?token=wrong", "Cookie: \(cookie)") == "same-site")
      let labels = try ask(test, "/faces?token=\(Self.token)").head
      #expect(labels["Cross-Origin-Resource-Policy"] == "same-site")
    }
  }

  @Test func aLinkWithTheTokenSignsInAndLosesIt() async throws {
    try await run { test in
      let (head, _) = try ask(test, "/?token=\(Self.token)", Self.browser)
      #expect(head.status == 303)
      #expect(head["Location"] == "./")
      let cookie = try #require(head["Set-Cookie"]).prefix { $0 != ";" }
      #expect(try ask(test, "/", "Cookie: \(cookie)").head.status == 200)
      let again = try ask(test, "/?token=whatever", Self.browser, "Cookie: \(cookie)")
      #expect(again.head.status == 303)
      #expect(again.head["Set-Cookie"] == nil)
      #expect(try ask(test, "/?token=wrong-wrong-wrong", Self.browser).head["Location"] == "login")
      // Programs get what they asked for.
      #expect(try ask(test, "/?token=\(Self.token)").head.status == 200)
    }
  }

  @Test func aWrongTokenIsSaidInTheFormOfWhoSentIt() async throws {
    try await run { test in
      let person = try ask(test, "/login", Self.form, Self.browser, method: "POST", body: "token=wrong")
      #expect(person.head.status == 401)
      #expect(person.head["Content-Type"] == "text/html; charset=utf-8")
      #expect(person.body.contains("role=\"alert\">That is not the token."))
      #expect(person.head["Set-Cookie"] == nil)
      let program = try ask(test, "/login", Self.form, method: "POST", body: "token=wrong")
      #expect(program.head.status == 401)
      #expect(program.head["Content-Type"] == "application/problem+json")
      #expect(try ask(test, "/login", Self.form, method: "POST", body: "tokn=x").head.status == 400)
      #expect(try ask(test, "/login", Self.form, method: "POST", body: "").head.status == 400)
      #expect(try ask(test, "/login", method: "POST", body: "token=x").head.status == 415)
      let large = "token=" + String(repeating: "x", count: 5000)
      #expect(try ask(test, "/login", Self.form, method: "POST", body: large).head.status == 413)
    }
  }

  @Test func whoeverGuessesHasToWait() async throws {
    try await run { test in
      let cookie = try signIn(test)
      for _ in 0..<Int(AttemptLimiter.burst) {
        #expect(try ask(test, "/faces?token=wrong-wrong-wrong").head.status == 401)
      }
      let (head, _) = try ask(test, "/faces?token=wrong-wrong-wrong")
      #expect(head.status == 429)
      let seconds = try #require(head["Retry-After"].flatMap(Int.init))
      #expect((1...Int(AttemptLimiter.secondsEach)).contains(seconds))
      // Not even the right one counts, or a guess would cost nothing.
      #expect(try ask(test, "/faces?token=\(Self.token)").head.status == 429)
      let form = try ask(
        test, "/login", Self.form, Self.browser, method: "POST", body: "token=\(Self.token)")
      #expect(form.head.status == 429)
      #expect(form.body.contains("Too many wrong tokens"))
      #expect(form.head["Retry-After"] != nil)
      // Visitors who are signed in go on, and whoever shows nothing is told what is missing.
      #expect(try ask(test, "/faces", "Cookie: \(cookie)").head.status == 200)
      #expect(try ask(test, "/faces").head.status == 401)
      #expect(try ask(test, "/healthz?token=wrong").head.status == 200)
      let metrics = try ask(test, "/metrics", "Cookie: \(cookie)").body
      #expect(metrics.contains("\nemotiond_http_wrong_tokens_total 10\n"))
      #expect(metrics.contains("emotiond_http_answers_total{code=\"429\"} 3\n"))
      #expect(!metrics.contains(Self.token))
    }
  }

  @Test(arguments: [
    ("http://localhost:1", 403), ("https://localhost", 303), ("null", 403), ("http://evil.example", 403),
    ("http://localhost.evil.example", 403), ("file://", 403), ("", 403), ("http://LOCALHOST", 303),
    ("http://localhost:80", 303), ("https://camera.example", 303), ("https://camera.example:8443", 303),
  ])
  func formsOfOtherPagesAreRefused(origin: String, status: Int) async throws {
    try await run({ $0.allowedNames = ["camera.example"] }) { test in
      let (head, _) = try ask(
        test, "/login", Self.form, "Origin: \(origin)", method: "POST", body: "token=\(Self.token)")
      #expect(head.status == status)
      let cookie = try signIn(test)
      let read = try ask(test, "/faces", "Origin: \(origin)", "Cookie: \(cookie)")
      #expect(read.head.status == (status == 303 ? 200 : 403))
      // A program that has the token itself may say what it wants.
      let program = try ask(test, "/faces?token=\(Self.token)", "Origin: \(origin)")
      #expect(program.head.status == 200)
    }
  }

  @Test func anotherTokenEndsAllSessions() async throws {
    try await run { test in
      let cookie = try signIn(test)
      #expect(try !test.server.replace(token: AccessToken(Self.token)))
      #expect(try ask(test, "/faces", "Cookie: \(cookie)").head.status == 200)
      #expect(try test.server.replace(token: AccessToken("another-token-of-mine")))
      #expect(try ask(test, "/faces", "Cookie: \(cookie)").head.status == 401)
      #expect(try ask(test, "/faces?token=\(Self.token)").head.status == 401)
      #expect(try ask(test, "/faces?token=another-token-of-mine").head.status == 200)
    }
    try await TestServer.run { test in
      let isReplaced = test.server.replace(token: try AccessToken("another-token-of-mine"))
      #expect(!isReplaced)
      #expect(try ask(test, "/faces").head.status == 200, "a server that asked for none does not begin to")
    }
  }

  @Test func anotherTokenEndsTheStreamsThatTheOldOneOpened() async throws {
    try await run { test in
      let watcher = try test.client()
      try watcher.get("/events?token=\(Self.token)")
      #expect(try watcher.readHead().status == 200)
      #expect(try test.server.replace(token: AccessToken("another-token-of-mine")))
      _ = try watcher.readUntilClosed()
      try await wait { test.server.clientCount == 0 }
    }
  }

  @Test func withoutATokenThereIsNothingToSignInTo() async throws {
    try await TestServer.run { test in
      #expect(try ask(test, "/login").head["Location"] == "./")
      let (head, _) = try ask(test, "/login", Self.form, method: "POST", body: "token=x")
      #expect(head.status == 303)
      #expect(head["Set-Cookie"] == nil)
      #expect(
        try ask(test, "/login", Self.form, "Origin: http://evil.example", method: "POST").head.status == 403)
      #expect(try ask(test, "/", method: "POST").head["Allow"] == "GET, HEAD")
      #expect(try ask(test, "/login", method: "PUT").head["Allow"] == "GET, HEAD, POST")
    }
  }

  @Test func moreNamesCanBeAllowed() async throws {
    try await run({ $0.allowedNames = ["camera.example"] }) { test in
      for (host, status) in [
        ("camera.example", 200), ("CAMERA.example:8443", 200), ("localhost", 200), ("evil.example", 421),
        ("camera.example.evil", 421), ("xcamera.example", 421),
      ] {
        let (head, _) = try ask(test, "/healthz", "Host: \(host)")
        #expect(head.status == status, "\(host)")
      }
    }
  }

  @Test func theLimitOfViewersIsOfAllCameras() async throws {
    try await TestServer.run({ $0.maximumViewers = 1 }, cameras: ["door", "hall"]) { test in
      let viewer = try await test.viewer(path: "/cameras/door/stream.mjpg")
      #expect(try ask(test, "/cameras/hall/stream.mjpg").head.status == 503)
      withExtendedLifetime(viewer) {}
    }
  }

  @Test func viewersHaveALimitOfTheirOwn() async throws {
    try await TestServer.run({ $0.maximumViewers = 2 }) { test in
      var viewers = [try await test.viewer(), try await test.viewer(path: "/?action=stream")]
      for path in ["/stream.mjpg", "/stream.mjpg?width=64", "/?action=stream"] {
        let (head, body) = try ask(test, path)
        #expect(head.status == 503)
        #expect(head["Retry-After"] == "5")
        #expect(body.contains("2 clients watch already"))
      }
      #expect(try ask(test, "/faces").head.status == 200)
      let metrics = try ask(test, "/metrics").body
      #expect(metrics.contains("emotiond_http_turned_away_total{limit=\"viewers\"} 3\n"))
      #expect(metrics.contains("\nemotiond_stream_clients_limit 2\n"))
      viewers.removeLast()
      try await wait { test.server.viewerCount == 1 }
      _ = try await test.viewer()
    }
  }
}
