import CSystemd
import Glibc
import Logging
import Streaming
import Synchronization

/// The HTTP server of a run, and the files that protect it.
struct HTTPService: Sendable {
  let server: HTTPServer
  private let files: AccessFiles
  private let served: [ServedPlace]
  private let logger: Logger
  private let loss: Loss

  /// Whether the server stopped to listen by itself.
  private final class Loss: Sendable {
    let isThere = Atomic<Bool>(false)
  }

  /// What a configuration asks for, with its files read: mistakes in it are found before anything is started.
  struct Plan {
    fileprivate let files: AccessFiles
    fileprivate let settings: HTTPServerConfiguration
    fileprivate let places: [ListenPlace]

    init(_ configuration: Configuration) throws(CommandFailure) {
      files = try AccessFiles(configuration)
      settings = try HTTPService.settings(configuration, files)
      places = try HTTPService.places(configuration)
    }
  }

  /// The first descriptor that systemd passes (sd_listen_fds(3)).
  private static let firstInherited: Int32 = 3

  /// Starts a server: on the sockets that systemd passed, where it did, else at http.listen.
  ///
  /// - Parameter whenLost: Called where the server does not listen any more although nobody stopped it; see
  ///   ``failure``.
  init(
    _ plan: Plan, context: StreamingContext, logger: Logger, whenLost: @escaping @Sendable () -> Void
  ) async throws(CommandFailure) {
    self.logger = logger
    files = plan.files
    let loss = Loss()
    self.loss = loss
    server = HTTPServer(context: context, configuration: plan.settings) { fault in
      logger.error("\(fault)")
      guard fault == .closed else { return }
      loss.isThere.store(true, ordering: .sequentiallyConsistent)
      whenLost()
    }
    do throws(HTTPServerError) { served = try await server.start(at: plan.places) } catch {
      throw CommandFailure(error)
    }
    if let certificate = plan.settings.certificate { AccessFiles.warn(of: certificate, logger) }
  }

  /// Why the program has to end, so that a supervisor starts it again; nil as long as the server listens.
  var failure: CommandFailure? {
    guard loss.isThere.load(ordering: .sequentiallyConsistent) else { return nil }
    return CommandFailure(status: .unavailable, message: "\(ListenerFault.closed)")
  }

  /// Says of sockets that systemd passed to a run without a server that nobody answers there.
  static func warnOfUnusedSockets(_ logger: Logger) {
    guard sd_listen_fds(0) > 0 else { return }
    logger.warning(
      "http.listen is off, so nobody answers on the sockets that systemd passed; disable the socket unit")
  }

  /// Says where the page is.
  func announce() {
    for place in served {
      switch place.place {
      case .address: logger.info("watch at \(place)")
      default: logger.info("listening on \(place)")
      }
      guard !place.isLocal, !place.isEncrypted else { continue }
      logger.warning("pictures and token cross the network unencrypted; see http.tls_certificate")
    }
  }

  /// Reads token and certificate again.
  func reloadFiles() { files.reload(into: server, logger: logger) }

  private static func settings(
    _ configuration: Configuration, _ files: AccessFiles
  ) throws(CommandFailure) -> HTTPServerConfiguration {
    var settings = HTTPServerConfiguration()
    settings.maximumClients = configuration.maximumClients
    settings.maximumViewers = configuration.maximumViewers == 0 ? nil : configuration.maximumViewers
    settings.requestTimeout = .milliseconds(Int64(configuration.requestSeconds * 1000))
    settings.allowedNames = HostNames(configuration.hosts)?.names ?? []
    settings.token = try files.token()
    settings.certificate = try files.certificate()
    return settings
  }

  private static func places(_ configuration: Configuration) throws(CommandFailure) -> [ListenPlace] {
    // The variables stay set: a child has another process number and takes them for none of its own.
    let count = sd_listen_fds(0)
    guard count >= 0 else {
      throw CommandFailure(
        status: .configuration, message: "LISTEN_FDS and LISTEN_PID: \(String(cString: strerror(-count)))")
    }
    if count > 0 { return (0..<count).map { .inherited(descriptor: firstInherited + $0) } }
    let mode = FileMode(configuration.socketMode)?.mode ?? 0o660
    do throws(HTTPServerError) { return [try ListenPlace(configuration.listen, socketMode: mode)] } catch {
      throw CommandFailure(status: .configuration, message: "http.listen: \(error)")
    }
  }
}

extension CommandFailure {
  init(_ error: HTTPServerError) {
    switch error {
    case .tokenNeeded: self.init(status: .configuration, message: "http.listen: \(error)")
    default: self.init(status: .unavailable, message: "\(error)")
    }
  }
}
