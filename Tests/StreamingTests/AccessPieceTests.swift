import Capture
import Foundation
import NIOCore
import Testing

@testable import Streaming

/// The pieces of access control by themselves, with clocks of the tests' own.
@Suite struct AccessPieceTests {
  private func seconds(_ count: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: 1_000_000_000_000 + UInt64(count * 1e9))
  }

  @Test func tokensAreCheckedAndNeverPrinted() throws {
    let token = try AccessToken("abcdefghijklmno-._~+/=")
    #expect(token.matches("abcdefghijklmno-._~+/="))
    for other in ["", "a", "abcdefghijklmno-._~+/", "abcdefghijklmno-._~+/==", "bbcdefghijklmno-._~+/="] {
      #expect(!token.matches(other))
    }
    // A text that repeats the token is longer, and none.
    #expect(!token.matches("abcdefghijklmno-._~+/=abcdefghijklmno-._~+/="))
    var dumped = ""
    dump(token, to: &dumped)
    for text in ["\(token)", String(reflecting: token), dumped] { #expect(!text.contains("abc")) }
    var configuration = HTTPServerConfiguration()
    configuration.token = token
    #expect(!"\(configuration)".contains("abcdef"))
    for bad in [
      "", "short", String(repeating: "x", count: 257), "sixteen letters!", "sechzehn-zeichen-ä",
      "a\nb0123456789012",
    ] {
      #expect(throws: AccessToken.Refusal.self, "\(bad)") { try AccessToken(bad) }
    }
  }

  @Test func attemptsAreForgivenWithTime() {
    var limiter = AttemptLimiter()
    let client = ClientAddress.network([192, 0, 2, 1])
    for _ in 0..<10 {
      #expect(limiter.secondsToWait(for: client, now: seconds(0)) == nil)
      limiter.noteFailure(of: client, now: seconds(0))
    }
    #expect(limiter.secondsToWait(for: client, now: seconds(0)) == 6)
    #expect(limiter.secondsToWait(for: client, now: seconds(5)) == 1)
    #expect(limiter.secondsToWait(for: client, now: seconds(6)) == nil)
    #expect(limiter.secondsToWait(for: .network([192, 0, 2, 2]), now: seconds(0)) == nil)
    limiter.noteFailure(of: client, now: seconds(6))
    #expect(limiter.secondsToWait(for: client, now: seconds(6)) != nil)
    #expect(limiter.secondsToWait(for: client, now: seconds(100)) == nil)
  }

  @Test func aBoundedNumberOfClientsIsRemembered() {
    var limiter = AttemptLimiter()
    let guesser = ClientAddress.network([10, 0, 0, 1])
    for _ in 0..<10 { limiter.noteFailure(of: guesser, now: seconds(0)) }
    for index in 0..<5000 {
      limiter.noteFailure(of: .network([1, 0, UInt8(index >> 8), UInt8(index & 255)]), now: seconds(0))
    }
    #expect(limiter.count == AttemptLimiter.capacity)
    #expect(limiter.secondsToWait(for: guesser, now: seconds(0)) != nil, "a crowd does not hide who guesses")
    limiter.noteFailure(of: .local, now: seconds(1000))
    #expect(limiter.count == 1, "whoever has waited long enough is forgotten")
  }

  @Test func anIPv6NetworkIsOneClient() throws {
    func client(_ text: String) throws -> ClientAddress {
      ClientAddress(try SocketAddress(ipAddress: text, port: 1))
    }
    #expect(try client("2001:db8:1:2::1") == client("2001:db8:1:2:3:4:5:6"))
    #expect(try client("2001:db8:1:2::1") != client("2001:db8:1:3::1"))
    #expect(try client("::ffff:192.0.2.1") == client("192.0.2.1"))
    #expect(try client("192.0.2.1") != client("192.0.2.2"))
    #expect(ClientAddress(nil) == .local)
  }

  @Test func sessionsEnd() {
    var store = SessionStore()
    let first = store.begin(now: seconds(0))
    #expect(first.utf8.count == 64)
    #expect(store.contains(first, now: seconds(1)))
    #expect(!store.contains("", now: seconds(1)))
    #expect(!store.contains(first, now: seconds(Double(SessionStore.lifetimeSeconds))))
    for _ in 0..<SessionStore.capacity { #expect(store.begin(now: seconds(2)) != first) }
    #expect(store.count == SessionStore.capacity)
    #expect(!store.contains(first, now: seconds(3)), "the oldest makes room")
    let last = store.begin(now: seconds(3))
    store.end(last)
    #expect(!store.contains(last, now: seconds(4)))
    store.endAll()
    #expect(store.count == 0)
  }

  @Test func pagesOverTLSAreOthersThanThoseWithout() {
    let policy = OriginPolicy(allowedNames: [])
    #expect(policy.admits(origin: "https://a.example", authority: "a.example", isEncrypted: true))
    #expect(policy.admits(origin: "https://a.example", authority: "a.example:443", isEncrypted: true))
    #expect(!policy.admits(origin: "http://a.example", authority: "a.example", isEncrypted: true))
    #expect(!policy.admits(origin: "https://a.example:80", authority: "a.example", isEncrypted: true))
    #expect(policy.admits(origin: "http://[::1]:8080", authority: "[::1]:8080", isEncrypted: false))
    #expect(!policy.admits(origin: "http://a.example", authority: nil, isEncrypted: false))
    #expect(policy.admits(origin: nil, authority: nil, isEncrypted: false))
  }

  @Test(arguments: [
    ("a%2Bb", "a+b"), ("a+b", "a+b"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%+1", "%+1"),
    ("%41%42", "AB"), ("", ""), ("%25%32", "%2"),
  ])
  func formsAreDecoded(text: String, value: String) {
    #expect(FormText.decoded(text[...]) == value)
  }

  @Test func secretFilesAreSecret() throws {
    let folder = try TestFolder()
    let path = try folder.write("  0123456789abcdef\r\n", as: "token", mode: 0o600)
    #expect(try SecretFile.token(at: path).matches("0123456789abcdef"))
    for mode: mode_t in [0o400, 0o640, 0o440] {
      chmod(path, mode)
      #expect(throws: Never.self) { try SecretFile.token(at: path) }
    }
    for mode: mode_t in [0o644, 0o604, 0o602, 0o620, 0o610, 0o777] {
      chmod(path, mode)
      let failure = #expect(throws: SecretFile.Failure.self) { try SecretFile.token(at: path) }
      #expect(failure?.description.hasSuffix("chmod 600 it") == true)
    }
    for (text, part) in [
      ("", "has 16 to 256"), ("two lines of\nwhich none counts", "in one line"),
      (String(repeating: "x", count: 5000), "larger than 4096"),
    ] {
      let path = try folder.write(text, as: "bad", mode: 0o600)
      let failure = #expect(throws: SecretFile.Failure.self) { try SecretFile.token(at: path) }
      #expect(failure?.description.contains(part) == true, "\(failure?.description ?? "")")
      #expect(failure?.description.contains("which none") == false, "what is in the file is not told")
    }
    let pipe = folder.path("pipe")
    mkfifo(pipe, 0o600)
    for path in [pipe, folder.path(""), folder.path("nothing")] {
      #expect(throws: SecretFile.Failure.self) { try SecretFile.token(at: path) }
    }
  }
}

/// A folder that is gone after the test.
final class TestFolder {
  private let folder = "/tmp/emotiond-\(UUID().uuidString)"

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { folder + "/" + name }

  @discardableResult
  func write(_ text: String, as name: String, mode: mode_t) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: path(name)))
    chmod(path(name), mode)
    return path(name)
  }
}
