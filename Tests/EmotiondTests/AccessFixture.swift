import Foundation
import TestSupport
import Testing

/// Certificates and tokens for tests, in a folder that is gone afterwards.
struct AccessFixture {
  static let token = "a-token-for-tests-only"

  let folder: TemporaryFolder
  var certificate: String { folder.path("certificate.pem") }
  var key: String { folder.path("key.pem") }
  var tokenFile: String { folder.path("token") }
  var socket: String { folder.path("socket") }

  init() throws {
    folder = try TemporaryFolder()
    try writeToken(Self.token)
  }

  func writeToken(_ text: String, mode: Int = 0o600) throws {
    try folder.write(Array("\(text)\n".utf8), as: "token")
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: tokenFile)
  }

  /// Makes a certificate of the test's own for localhost, and its key.
  func makeCertificate(serial: Int = 1) async throws {
    let outcome = try await Tool.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2",
        "-subj", "/CN=emotiond test \(serial)", "-set_serial", String(serial), "-addext",
        "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate,
      ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    chmod(key, 0o600)
  }
}

/// A program of the system's, run to its end.
enum Tool {
  /// - Parameter name: Looked for in PATH.
  static func run(
    _ name: String, _ arguments: [String], input: String = ""
  ) async throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [name] + arguments
    let (inputPipe, outputPipe, errorPipe) = (Pipe(), Pipe(), Pipe())
    process.standardInput = inputPipe
    process.standardOutput = outputPipe
    process.standardError = errorPipe
    try process.run()
    try? inputPipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try? inputPipe.fileHandleForWriting.close()
    async let errors = Task.detached { errorPipe.fileHandleForReading.readDataToEndOfFile() }.value
    let output = await Task.detached { outputPipe.fileHandleForReading.readDataToEndOfFile() }.value
    let errorData = await errors
    process.waitUntilExit()
    return (
      process.terminationStatus, String(decoding: output, as: UTF8.self),
      String(decoding: errorData, as: UTF8.self)
    )
  }

  /// Asks with curl.
  ///
  /// - Returns: The status (0 where there was no answer), the answer's body, and what curl complains of.
  static func curl(_ arguments: String...) async throws -> (status: Int, body: String, errors: String) {
    let outcome = try await run(
      "curl", ["--silent", "--show-error", "--max-time", "30", "--write-out", "\n%{http_code}"] + arguments)
    let end = outcome.output.lastIndex(of: "\n") ?? outcome.output.startIndex
    let status = Int(outcome.output[end...].trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    return (status, String(outcome.output[..<end]), outcome.errors)
  }
}
