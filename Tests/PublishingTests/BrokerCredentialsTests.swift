import Foundation
import TestSupport
import Testing

@testable import Publishing

@Suite struct BrokerCredentialsTests {
  private static func credentials(_ text: String, mode: Int = 0o600) throws -> BrokerCredentials {
    let folder = try TemporaryFolder()
    let path = folder.path("credentials")
    #expect(
      FileManager.default.createFile(
        atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode]))
    return try BrokerCredentials(path: path)
  }

  @Test(arguments: ["me\nsecret", "me\nsecret\n", "me\r\nsecret\r\n", "me\nsecret\nmore\n"])
  func nameAndPasswordAreALineEach(text: String) throws {
    let credentials = try Self.credentials(text)
    #expect(credentials.user == "me")
    #expect(credentials.password == "secret")
  }

  @Test func aPasswordMayBeMissing() throws {
    #expect(try Self.credentials("me\n").password == nil)
  }

  @Test func aFileThatEverybodyReadsIsRefused() throws {
    let failure = #expect(throws: BrokerCredentials.Failure.self) {
      try Self.credentials("me\nsecret\n", mode: 0o644)
    }
    #expect(failure?.reason.contains("chmod 600") == true)
    #expect(try Self.credentials("me\nsecret\n", mode: 0o640).user == "me")
  }

  @Test(arguments: ["", "\nsecret", "me\u{0}\nsecret", String(repeating: "x", count: 5000)])
  func nonsenseIsRefused(text: String) {
    #expect(throws: BrokerCredentials.Failure.self) { try Self.credentials(text) }
  }

  @Test func whatIsNoFileIsRefused() {
    #expect(throws: BrokerCredentials.Failure.self) { try BrokerCredentials(path: "/nowhere/at/all") }
    #expect(throws: BrokerCredentials.Failure.self) { try BrokerCredentials(path: "/") }
  }
}
