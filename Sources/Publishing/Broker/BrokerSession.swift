import CMosquitto
import Capture
import Glibc

/// One connection to a broker from its beginning to its end, over libmosquitto. All of it belongs to one thread.
///
/// Each connection is a new one to the library too: nothing that it keeps for itself outlives a connection, and how
/// much waits is known here.
final class BrokerSession {
  /// What the broker said.
  enum Event: Equatable {
    case accepted
    /// A message arrived, or left where no answer is asked for.
    case delivered(identifier: Int32)
  }

  private static let keepAliveSeconds: Int32 = 30
  private static let certificateFolder = "/etc/ssl/certs"
  /// Asks the library for its set-up once a program.
  private static let isReady: Bool = mosquitto_lib_init() == MOSQ_ERR_SUCCESS.rawValue

  private let library: OpaquePointer
  private let address: BrokerAddress
  private var events: [Event] = []
  /// Why the broker does not want this program; nil where it did not say so.
  private var refusal: String?
  /// What the library last complained of: its error codes say little of TLS.
  private var complaint: String?
  /// Whether the connection of TCP stands.
  private var isConnected = false
  /// Whether the broker wants this program.
  private var isAccepted = false

  /// - Throws: Where a file that the settings name is of no use.
  init(_ settings: BrokerSettings) throws(BrokerFailure) {
    guard Self.isReady, let library = mosquitto_new(settings.clientIdentifier, true, nil) else {
      throw BrokerFailure(
        description: "libmosquitto could not be started: \(String(cString: strerror(errno)))")
    }
    self.library = library
    address = settings.address
    mosquitto_user_data_set(library, Unmanaged.passUnretained(self).toOpaque())
    listen()
    try setWill(settings)
    try authenticate(settings)
  }

  deinit { mosquitto_destroy(library) }

  /// Begins to connect; ``Event/accepted`` follows.
  func connect(by route: BrokerRoute) throws(BrokerFailure) {
    let port = Int32(address.port)
    try check(
      route.isBlocking
        ? mosquitto_connect_bind(library, route.host, port, Self.keepAliveSeconds, route.localAddress)
        : mosquitto_connect_bind_async(library, route.host, port, Self.keepAliveSeconds, route.localAddress))
  }

  /// Reads and writes what there is to be read and written, and waits for that at most so long.
  ///
  /// The library's own loop is not used: it waits with select(2), which knows no descriptors beyond 1023.
  ///
  /// - Returns: What came of it.
  func turn(waitingMilliseconds: Int32) throws(BrokerFailure) -> [Event] {
    let (socket, forWriting) = waiting
    var descriptor = pollfd(
      fd: socket, events: Int16(POLLIN) | (forWriting ? Int16(POLLOUT) : 0), revents: 0)
    poll(&descriptor, 1, waitingMilliseconds)
    let found = Int32(descriptor.revents)
    if found & Int32(POLLOUT) != 0 { isConnected = true }
    let isBroken = found & Int32(POLLERR | POLLHUP) != 0 && address.isEncrypted && !isAccepted
    let reason = isBroken ? Self.failure(of: socket) : nil
    let status = work(hasNews: found != 0)
    // The library's own code for it does not tell why.
    if let refusal { throw BrokerFailure(description: refusal) }
    try check(status)
    // During a TLS handshake the library goes on as if nothing had happened.
    if isBroken { throw BrokerFailure(description: reason ?? "The connection was refused or lost") }
    defer { events.removeAll() }
    return events
  }

  private func work(hasNews: Bool) -> Int32 {
    if hasNews {
      // Also where it is room to write that is new: a TLS handshake goes on by reading.
      let status = mosquitto_loop_read(library, 1)
      guard status == MOSQ_ERR_SUCCESS.rawValue else { return status }
    }
    if isConnected, mosquitto_want_write(library) {
      let status = mosquitto_loop_write(library, 1)
      guard status == MOSQ_ERR_SUCCESS.rawValue else { return status }
    }
    return mosquitto_loop_misc(library)
  }

  /// Why a connection failed, from the system, which says so once.
  private static func failure(of socket: Int32) -> String? {
    var error: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0, error != 0 else { return nil }
    return String(cString: strerror(error))
  }

  /// Hands a message to the connection; ``Event/delivered(identifier:)`` follows with the number that is returned.
  func publish(_ message: BrokerMessage, quality: Int) throws(BrokerFailure) -> Int32 {
    var identifier: Int32 = 0
    try check(
      mosquitto_publish(
        library, &identifier, message.topic, Int32(message.payload.count), message.payload, Int32(quality),
        message.isRetained))
    return identifier
  }

  /// Says goodbye, so that the broker does not tell the others that this program was lost.
  func disconnect() {
    mosquitto_disconnect(library)
    // Where the socket took it at once, nothing is left to write.
    mosquitto_loop_write(library, 1)
  }

  /// What to wait for between two turns: a descriptor, and whether it is to be written to.
  var waiting: (fileDescriptor: Int32, forWriting: Bool) {
    // During a TLS handshake the library wants to write all the time, though it waits for the other side.
    let isShakingHands = address.isEncrypted && isConnected && !isAccepted
    return (mosquitto_socket(library), mosquitto_want_write(library) && !isShakingHands)
  }

  private func setWill(_ settings: BrokerSettings) throws(BrokerFailure) {
    let offline = Array("offline".utf8)
    try check(
      mosquitto_will_set(
        library, CameraTopics(prefix: settings.topic).availability, Int32(offline.count), offline,
        Int32(settings.quality), true))
  }

  private func authenticate(_ settings: BrokerSettings) throws(BrokerFailure) {
    if !settings.credentialsPath.isEmpty {
      let credentials: BrokerCredentials
      do throws(BrokerCredentials.Failure) {
        credentials = try BrokerCredentials(path: settings.credentialsPath)
      } catch { throw BrokerFailure(description: error.reason) }
      try check(mosquitto_username_pw_set(library, credentials.user, credentials.password))
    }
    guard settings.address.isEncrypted else { return }
    let path = settings.certificateAuthorityPath
    let status =
      path.isEmpty
      ? mosquitto_tls_set(library, nil, Self.certificateFolder, nil, nil, nil)
      : mosquitto_tls_set(library, path, nil, nil, nil, nil)
    guard status == MOSQ_ERR_SUCCESS.rawValue else {
      throw BrokerFailure(
        description: "\(path.isEmpty ? Self.certificateFolder : path): the certificates cannot be read")
    }
  }

  private func listen() {
    mosquitto_connect_callback_set(library) { _, session, code in
      let session = BrokerSession.of(session)
      if code == 0 {
        session.isAccepted = true
        session.events.append(.accepted)
      } else {
        session.refusal = String(cString: mosquitto_connack_string(code))
      }
    }
    mosquitto_publish_callback_set(library) { _, session, identifier in
      BrokerSession.of(session).events.append(.delivered(identifier: identifier))
    }
    mosquitto_log_callback_set(library) { _, session, level, text in
      guard level == MOSQ_LOG_ERR, let text else { return }
      BrokerSession.of(session).complaint = String(cString: text)
    }
  }

  /// The library hands back what it was given in `init`; it calls only while one of our calls is under way, so the
  /// session is alive.
  private static func of(_ pointer: UnsafeMutableRawPointer?) -> BrokerSession {
    Unmanaged<BrokerSession>.fromOpaque(pointer!).takeUnretainedValue()
  }

  private func check(_ status: Int32) throws(BrokerFailure) {
    guard status != MOSQ_ERR_SUCCESS.rawValue else { return }
    let systemError = errno
    var text =
      status == MOSQ_ERR_ERRNO.rawValue
      ? String(cString: strerror(systemError)) : String(cString: mosquitto_strerror(status))
    if text.hasSuffix(".") { text.removeLast() }
    if let complaint { text += " (\(complaint))" }
    throw BrokerFailure(description: text)
  }
}
