import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Serves the page, the stream and the labels over HTTP.
///
///     let server = HTTPServer(context: context)
///     let address = try await server.start(at: ListenAddress("127.0.0.1:8080"))
///     print("watch at \(address.url)")
///     ...
///     await server.stop()
///
/// A server on a loopback address answers only to loopback names (``HostPolicy``). There is no access
/// control: whoever reaches any other address sees the camera.
public final class HTTPServer: Sendable {
  private struct Running {
    var eventLoops: MultiThreadedEventLoopGroup
    var listener: any Channel
    var cameras: [CameraServices]
  }

  private enum State {
    case idle
    case starting
    case running(Running)
    case stopped
  }

  private let context: StreamingContext
  private let configuration: HTTPServerConfiguration
  private let connections: ConnectionCounter
  private let state = Mutex(State.idle)

  /// Makes a server that does nothing yet.
  public init(context: StreamingContext, configuration: HTTPServerConfiguration = HTTPServerConfiguration()) {
    self.context = context
    self.configuration = configuration
    connections = ConnectionCounter(limit: configuration.maximumClients)
  }

  /// Open connections, viewers of the stream among them.
  public var clientCount: Int { connections.count }

  /// Clients that watch a stream, of whatever camera and in whatever variant.
  public var viewerCount: Int { cameras.reduce(0) { $0 + $1.catalog.viewerCount } }

  /// Clients that read the events.
  public var eventReaderCount: Int { cameras.reduce(0) { $0 + $1.events.readerCount } }

  private var cameras: [CameraServices] {
    state.withLock { state in
      guard case .running(let running) = state else { return [] }
      return running.cameras
    }
  }

  /// Starts to listen. A server starts once.
  ///
  /// - Parameter address: `localhost` means 127.0.0.1; port 0 lets the system choose.
  /// - Returns: Where it listens, with the port that was chosen.
  /// - Throws: Every case of ``HTTPServerError`` but `badAddress`.
  @discardableResult
  public func start(at address: ListenAddress) async throws(HTTPServerError) -> ListenAddress {
    let isFirst = state.withLock { state in
      guard case .idle = state else { return false }
      state = .starting
      return true
    }
    guard isFirst else { throw .alreadyStarted }
    let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.threadCount))
    let cameras = context.cameras.map {
      CameraServices(
        context: $0, eventLoops: Array(eventLoops.makeIterator()), configuration: configuration)
    }
    do {
      let listener = try await listen(at: address, on: eventLoops, cameras: cameras)
      let running = Running(eventLoops: eventLoops, listener: listener, cameras: cameras)
      let isWanted = state.withLock { state in
        guard case .starting = state else { return false }
        state = .running(running)
        return true
      }
      if !isWanted { await shutDown(running) }
      return ListenAddress(
        host: address.host, port: UInt16(clamping: listener.localAddress?.port ?? Int(address.port)))
    } catch {
      state.withLock { $0 = .stopped }
      try? await eventLoops.shutdownGracefully()
      throw error
    }
  }

  /// Stops to listen and closes every connection at once. Returns when nothing of the server runs any more.
  public func stop() async {
    let running = state.withLock { state -> Running? in
      defer { state = .stopped }
      guard case .running(let running) = state else { return nil }
      return running
    }
    if let running { await shutDown(running) }
  }

  /// Returns once every event loop has run a task: proof for a watchdog that none of them hangs. At once where
  /// the server does not run.
  public func confirmResponsive() async {
    let eventLoops = state.withLock { state -> [any EventLoop] in
      guard case .running(let running) = state else { return [] }
      return Array(running.eventLoops.makeIterator())
    }
    for eventLoop in eventLoops { try? await eventLoop.submit {}.get() }
  }

  private func shutDown(_ running: Running) async {
    // Only a mistake of this program could make these two throw, and nothing would be left to do.
    try? await running.listener.close()
    // Closes every connection, whatever is under way on it.
    try? await running.eventLoops.shutdownGracefully()
  }

  private func listen(
    at address: ListenAddress, on eventLoops: MultiThreadedEventLoopGroup, cameras: [CameraServices]
  ) async throws(HTTPServerError) -> any Channel {
    let socketAddress: SocketAddress
    do {
      socketAddress = try SocketAddress.makeAddressResolvingHost(
        address.host == "localhost" ? "127.0.0.1" : address.host, port: Int(address.port))
    } catch {
      throw .unknownHost(address.host)
    }
    let measures = StreamingMeasures()
    let monitor = Monitor(
      program: context.program, cameras: cameras, maximumClients: configuration.maximumClients,
      measures: measures, connections: connections)
    let router = SiteRouter(monitor: monitor, configuration: configuration)
    let policy = HostPolicy(
      boundTo: ListenAddress(host: socketAddress.ipAddress ?? address.host, port: address.port))
    let bootstrap = ServerBootstrap(group: eventLoops)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.socketOption(.so_sndbuf), value: numericCast(HTTPLimits.sendBufferBytes))
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: HTTPLimits.readBytes)
      )
      // Writable then means that the kernel took everything: a stream's next frame is the newest one.
      .childChannelOption(.writeBufferWaterMark, value: .init(low: 1, high: 1))
      .childChannelInitializer { [connections, configuration] channel in
        channel.eventLoop.makeCompletedFuture {
          let admission = connections.admit(channel)
          guard admission != .refused else {
            measures.connectionRefused()
            throw ChannelError.ioOnClosedChannel
          }
          let door = FrontDoor(
            policy: policy, isOverLimit: admission == .overLimit, router: router, measures: measures)
          try Self.addHandlers(to: channel, door: door, configuration: configuration)
        }
      }
    do {
      return try await bootstrap.bind(to: socketAddress).get()
    } catch {
      throw Self.bindError(error, address: address)
    }
  }

  private static func addHandlers(
    to channel: any Channel, door: FrontDoor, configuration: HTTPServerConfiguration
  ) throws {
    var decoderLimits = NIOHTTPDecoderLimitConfiguration()
    decoderLimits.maxHeaderListSize = HTTPLimits.requestHeadBytes
    decoderLimits.maxHeaderFieldSize = HTTPLimits.headerFieldBytes
    decoderLimits.maxHeaderFieldCount = HTTPLimits.headerFieldCount
    let decoder = HTTPRequestDecoder(
      leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop,
      limitConfiguration: decoderLimits)
    var encoding = HTTPResponseEncoder.Configuration()
    encoding.automaticallySetFramingHeaders = false
    try channel.pipeline.syncOperations.addHandlers([
      ByteToMessageHandler(decoder, maximumBufferSize: 2 * HTTPLimits.requestHeadBytes),
      HTTPResponseEncoder(configuration: encoding),
      HTTPConnection(door: door, timeout: TimeAmount(configuration.requestTimeout)),
    ])
  }

  private static func bindError(_ error: any Error, address: ListenAddress) -> HTTPServerError {
    guard let error = error as? IOError else { return .systemCall(address: address, errno: EINVAL) }
    return switch error.errnoCode {
    case EADDRINUSE: .addressInUse(address)
    case EADDRNOTAVAIL: .addressNotAvailable(address)
    case EACCES, EPERM: .notPermitted(address)
    default: .systemCall(address: address, errno: error.errnoCode)
    }
  }
}
