import Glibc
import NIOSSL
import Synchronization

/// What the server speaks TLS with: a certificate, those that lead from it to an authority, and its key.
public struct ServerCertificate: Sendable {
  /// Why files are no certificate and key; for people.
  public struct Failure: Error, Equatable, CustomStringConvertible {
    /// The file, what is wrong with it, and what to do.
    public let description: String
  }

  private static let limitBytes = 1 << 20

  let context: NIOSSLContext
  /// When the certificate ends, in seconds since 1970.
  public let endSecondsSince1970: Int

  /// Reads PEM files.
  ///
  /// - Parameters:
  ///   - certificatePath: The server's certificate first, then those that lead to an authority.
  ///   - keyPath: The key, not encrypted; readable by nobody but its owner and its group.
  public init(certificatePath: String, keyPath: String) throws(Failure) {
    let certificateBytes: [UInt8]
    let keyBytes: [UInt8]
    do throws(SecretFile.Failure) {
      certificateBytes = try SecretFile.read(certificatePath, limitBytes: Self.limitBytes, isSecret: false)
      keyBytes = try SecretFile.read(keyPath, limitBytes: Self.limitBytes)
    } catch { throw Failure(description: error.description) }
    guard let chain = try? NIOSSLCertificate.fromPEMBytes(certificateBytes), let first = chain.first else {
      throw Failure(
        description: "\(certificatePath): holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")
    }
    // Without a callback that knows a password an encrypted key is none.
    guard let key = try? NIOSSLPrivateKey(bytes: keyBytes, format: .pem) else {
      throw Failure(description: "\(keyPath): holds no key in PEM form, or one that needs a password")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    do { context = try NIOSSLContext(configuration: configuration) } catch {
      throw Failure(
        description: "\(certificatePath) and \(keyPath): do not belong together, or cannot be used: \(error)")
    }
    endSecondsSince1970 = Int(first.notValidAfter)
  }

  /// Whether clients refuse the certificate because its time is over.
  public var isOver: Bool { time(nil) > endSecondsSince1970 }
}

/// The certificate that new connections are greeted with.
final class CertificateHolder: Sendable {
  private let state: Mutex<ServerCertificate?>

  init(_ certificate: ServerCertificate?) { state = Mutex(certificate) }

  var current: ServerCertificate? {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
