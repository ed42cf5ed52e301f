/// The limits that the HTTP server keeps, whatever its clients do.
public struct HTTPServerConfiguration: Sendable {
  /// Connections at one time. Those beyond it are told to come back later, except at `/healthz`, `/readyz` and
  /// `/metrics`, so that a supervisor is never locked out by viewers.
  public var maximumClients = 64
  /// Of these, clients that watch the stream at one time; nil for no limit of their own. Those beyond it are told to
  /// come back later.
  public var maximumViewers: Int?
  /// What clients have to show; nil for nothing. Without it the server listens on loopback addresses and unix
  /// sockets only.
  public var token: AccessToken?
  /// Names that clients may call the server by besides loopback ones, without ports, in lower case. Without any, a
  /// server on a loopback address answers to no others, and one elsewhere to all.
  public var allowedNames: Set<String> = []
  /// What TLS is spoken with, on every address; nil for plain HTTP. Unix sockets are never encrypted.
  public var certificate: ServerCertificate?
  /// Threads that serve all connections.
  public var threadCount = 1
  /// How long a client may take to send a request, to take its answer, and to ask again.
  public var requestTimeout = Duration.seconds(10)
  /// How long a viewer of a stream may take for one frame before it counts as gone.
  public var streamSendTimeout = Duration.seconds(10)
  /// How long a stream may be silent: then the last frame is sent once more. A browser shows a frame only
  /// when the next one begins, and gives up on a connection that says nothing.
  public var streamRepeatInterval = Duration.seconds(1)
  /// How long a snapshot waits for a frame.
  public var snapshotTimeout = Duration.seconds(5)
  /// The newest frame is sent to a new viewer at once where it is no older than this.
  public var freshFrameAge = Duration.seconds(1)

  /// Widths and overlays other than the usual one that are watched at one time: each is encoded on its own.
  public var maximumVariants = 4
  /// How long `/events` may be silent before a sign of life is sent.
  public var eventHeartbeatInterval = Duration.seconds(15)

  /// Limits that suit a machine in a home or an office.
  public init() {}
}

/// Limits that nobody needs to change.
enum HTTPLimits {
  /// Request line and header fields together, and one header field alone, in bytes.
  static let requestHeadBytes = 16 * 1024
  static let headerFieldBytes = 8 * 1024
  static let headerFieldCount = 64
  /// No request but a form has a use for a body; one up to this size is read and forgotten.
  static let requestBodyBytes = 64 * 1024
  /// A form holds a token and nothing else.
  static let formBytes = 4 * 1024
  /// Bytes taken from the socket at a time. The requests in them are parsed even where the client does not
  /// read its answers, so this bounds what it can make us hold.
  static let readBytes = 4096
  /// Complete requests that wait for the answers to those before them. More than fit into one read of the
  /// smallest requests there are, so only a client that closes its side after a flood meets it.
  static let waitingRequests = 256
  /// What the kernel may hold of an answer that the client does not take, in bytes: a few frames at most,
  /// so that a slow viewer sees the present and not the past.
  static let sendBufferBytes = 256 * 1024
  /// Input that is thrown away after the last answer, so that the client can read it before the connection
  /// is torn down under it.
  static let discardedBytes = 256 * 1024
  /// How long that may take, in seconds.
  static let lingerSeconds: Int64 = 1
  /// Label records that are kept for readers of `/events` that come back, and their bytes all together. A minute at 30
  /// records a second, which is what the page shows, with a handful of faces in each.
  static let eventHistoryCount = 1800
  static let eventHistoryBytes = 4 << 20
  /// Records that a reader of `/events` may be behind the newest one before it is shown that one alone.
  static let eventLagCount: UInt64 = 32
  /// Bytes of records that are sent to a reader at a time.
  static let eventChunkBytes = 64 * 1024
  /// Connections beyond ``HTTPServerConfiguration/maximumClients`` that still get an answer.
  static let refusedClients = 64
}
