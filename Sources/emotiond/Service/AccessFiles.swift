import Foundation
import Logging
import Streaming

/// The files that protect the page: token, certificate and key. Read at the start and again at each reload.
struct AccessFiles: Sendable {
  /// Systemd's credential (LoadCredential=token:...) that is taken where no file is named.
  static let credentialName = "token"

  /// Nil for no token.
  let tokenPath: String?
  private let certificatePath: String
  private let keyPath: String

  /// - Throws: Where a certificate is named without a key, or the other way round.
  init(
    _ configuration: Configuration, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(CommandFailure) {
    certificatePath = ServiceFolder.credentials.path(configuration.tlsCertificate, environment: environment)
    keyPath = ServiceFolder.credentials.path(configuration.tlsKey, environment: environment)
    guard certificatePath.isEmpty == keyPath.isEmpty else {
      throw CommandFailure(
        status: .configuration,
        message: "http.tls_certificate and http.tls_key: one is of no use without the other")
    }
    if configuration.tokenFile.isEmpty {
      let credential = environment["CREDENTIALS_DIRECTORY"].map { "\($0)/\(Self.credentialName)" }
      tokenPath = credential.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
    } else {
      tokenPath = ServiceFolder.credentials.path(configuration.tokenFile, environment: environment)
    }
  }

  /// Nil where none is configured.
  func token() throws(CommandFailure) -> AccessToken? {
    guard let tokenPath else { return nil }
    do throws(SecretFile.Failure) { return try SecretFile.token(at: tokenPath) } catch {
      throw CommandFailure(status: .configuration, message: "token \(error)")
    }
  }

  /// Nil where none is configured.
  func certificate() throws(CommandFailure) -> ServerCertificate? {
    guard !certificatePath.isEmpty else { return nil }
    do throws(ServerCertificate.Failure) {
      return try ServerCertificate(certificatePath: certificatePath, keyPath: keyPath)
    } catch {
      throw CommandFailure(status: .configuration, message: "certificate \(error)")
    }
  }

  /// Reads all of them again. What cannot be used stays as it is.
  func reload(into server: HTTPServer, logger: Logger) {
    do throws(CommandFailure) {
      if let token = try token(), server.replace(token: token) {
        logger.notice("token read again: it is another one, visitors have to sign in again")
      }
    } catch {
      logger.error("\(error.message); the old one stays in force")
    }
    do throws(CommandFailure) {
      guard let certificate = try certificate() else { return }
      server.replace(certificate: certificate)
      logger.notice("certificate read again: new connections are greeted with it")
      Self.warn(of: certificate, logger)
    } catch {
      logger.error("\(error.message); the old one stays in force")
    }
  }

  /// Says so where clients will refuse a certificate.
  static func warn(of certificate: ServerCertificate, _ logger: Logger) {
    if certificate.isOver {
      logger.warning("the certificate's time is over: clients will refuse it; renew it")
    }
  }
}
