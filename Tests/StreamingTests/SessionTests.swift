import Testing

@testable import Streaming

/// Visitors who are signed in with a cookie, and how they leave.
@Suite(.timeLimit(.minutes(10)))
struct SessionTests {
  private static let token = "0123456789abcdef"
  private static let browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"

  private func run(cameras: [String] = [], body: (TestServer) async throws -> Void) async throws {
    let token = try AccessToken(Self.token)
    try await TestServer.run({ $0.token = token }, cameras: cameras, body: body)
  }

  @Test func whoeverIsSignedInIsNotAskedAgain() async throws {
    try await run(cameras: ["door", "hall"]) { test in
      let cookie = try test.signIn(Self.token)
      for (path, location) in [
        ("/login", "./"), ("/login?next=/cameras/hall/", "./cameras/hall/"),
        ("/login?next=//evil.example/", "./"),
      ] {
        let (head, _) = try ask(test, path, Self.browser, "Cookie: \(cookie)")
        #expect(head.status == 303)
        #expect(head["Location"] == location)
        #expect(head["Set-Cookie"] == nil)
      }
      #expect(try ask(test, "/login", Self.browser, "Cookie: \(cookie)0").head.status == 200)
      // The token in an address is no session: the page would ask for it again.
      #expect(try ask(test, "/login?token=\(Self.token)", Self.browser).head.status == 200)
    }
  }

  @Test func whoeverSignsOutIsAskedAgain() async throws {
    try await run { test in
      let cookie = "Cookie: " + (try test.signIn(Self.token))
      let another = "Cookie: " + (try test.signIn(Self.token))
      let link = try ask(test, "/logout", Self.browser, cookie).head
      #expect(link.status == 405, "no link signs anybody out")
      #expect(link["Allow"] == "POST")
      let stranger = try ask(test, "/logout", cookie, "Origin: http://evil.example", method: "POST").head
      #expect(stranger.status == 403)
      #expect(try ask(test, "/faces", cookie).head.status == 200)

      let (head, _) = try ask(
        test, "/logout", Self.browser, cookie, "Origin: http://localhost", method: "POST")
      #expect(head.status == 303)
      #expect(head["Location"] == "login")
      let taken = try #require(head["Set-Cookie"])
      #expect(taken == "emotiond-\(test.port)=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
      #expect(try ask(test, "/faces", cookie).head.status == 401)
      #expect(try ask(test, "/login", Self.browser, cookie).head.status == 200)
      #expect(try ask(test, "/faces", another).head.status == 200)
      // From another tab, where the button still is.
      #expect(try ask(test, "/logout", Self.browser, cookie, method: "POST").head.status == 303)
    }
  }

  @Test func whoeverIsSignedInFindsTheWayOut() async throws {
    try await run(cameras: ["door", "hall"]) { test in
      let cookie = "Cookie: " + (try test.signIn(Self.token))
      for (path, action) in [("/", "logout"), ("/overview", "logout"), ("/cameras/hall/", "../../logout")] {
        let page = try ask(test, path, Self.browser, cookie)
        #expect(page.body.contains("<form method=\"post\" action=\"\(action)\"><button"), "\(path)")
        #expect(page.head["Content-Security-Policy"]?.contains("form-action 'self'") == true)
        #expect(page.head["Referrer-Policy"] == "same-origin", "or nobody would know whose form it is")
        // Who shows the token itself is not signed in.
        let other = try ask(test, path, "Authorization: Bearer \(Self.token)")
        #expect(other.body.contains("<form method=\"post\" hidden>"))
        #expect(other.head["Content-Security-Policy"]?.contains("form-action 'none'") == true)
        #expect(other.head["Referrer-Policy"] == "no-referrer")
      }
    }
  }

  @Test func withoutATokenThereIsNothingToSignOutOf() async throws {
    try await TestServer.run { test in
      let out = try ask(test, "/logout", method: "POST")
      #expect(out.head["Location"] == "login")
      #expect(try ask(test, "/", Self.browser).body.contains("<form method=\"post\" hidden>"))
      #expect(
        try ask(test, "/logout", "Origin: http://evil.example", method: "POST").head.status == 403)
    }
  }
}
