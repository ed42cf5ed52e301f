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
/// A server on a loopback address answers only to loopback names (``HostPolicy``). One on any other address starts
/// only with a token (``HTTPServerConfiguration/token``), which every request then needs.
public final class HTTPServer: Sendable {
  private struct Running {
    var eventLoops: MultiThreadedEventLoopGroup
    var listeners: [any Channel]
    var socketFiles: [SocketFile]
    var cameras: [CameraServices]
    var router: SiteRouter
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
  private let measures = StreamingMeasures()
  private let access: AccessControl
  private let certificate: CertificateHolder
  private let watch: ListenerWatch
  private let state = Mutex(State.idle)

  /// Makes a server that does nothing yet.
  ///
  /// - Parameters:
  ///   - context: What it shows.
  ///   - configuration: The limits that it keeps.
  ///   - whenFaulty: Told what goes wrong while it listens, on the server's threads; must return at once.
  public init(
    context: StreamingContext, configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
    whenFaulty: @escaping @Sendable (ListenerFault) -> Void = { _ in }
  ) {
    self.context = context
    self.configuration = configuration
    connections = ConnectionCounter(limit: configuration.maximumClients)
    access = AccessControl(token: configuration.token, measures: measures)
    certificate = CertificateHolder(configuration.certificate)
    watch = ListenerWatch(measures: measures, tell: whenFaulty)
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

  /// Starts to listen at one address. A server starts once.
  ///
  /// - Parameter address: `localhost` means 127.0.0.1; port 0 lets the system choose.
  /// - Returns: Where it listens, with the port that was chosen.
  /// - Throws: As ``start(at:)-([ListenPlace])``.
  @discardableResult
  public func start(at address: ListenAddress) async throws(HTTPServerError) -> ListenAddress {
    let places = try await start(at: [.address(address)])
    if case .address(let bound)? = places.first?.place { return bound }
    return address
  }

  /// Starts to listen. A server starts once.
  ///
  /// - Parameter places: All of them, or it does not start.
  /// - Returns: Where it listens, in the same order.
  /// - Throws: Every case of ``HTTPServerError`` but `badAddress`.
  @discardableResult
  public func start(at places: [ListenPlace]) async throws(HTTPServerError) -> [ServedPlace] {
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
    let monitor = Monitor(
      program: context.program, cameras: cameras, maximumClients: configuration.maximumClients,
      maximumViewers: configuration.maximumViewers, measures: measures,
      connections: connections, outputs: context.outputs)
    var running = Running(
      eventLoops: eventLoops, listeners: [], socketFiles: [], cameras: cameras,
      router: SiteRouter(monitor: monitor, access: access, configuration: configuration))
    var served: [ServedPlace] = []
    do throws(HTTPServerError) {
      for place in places { served.append(try await listen(at: place, &running)) }
    } catch {
      state.withLock { $0 = .stopped }
      await shutDown(running)
      throw error
    }
    let isWanted = state.withLock { [running] state in
      guard case .starting = state else { return false }
      state = .running(running)
      return true
    }
    guard isWanted else {
      await shutDown(running)
      return served
    }
    for listener in running.listeners {
      listener.closeFuture.whenComplete { [weak self] _ in self?.listenerClosed() }
    }
    return served
  }

  /// Takes another token from now on; visitors who signed in with the old one have to sign in again, and whoever
  /// watches is cut off.
  ///
  /// - Returns: Whether it is another one. False also where the server was made without a token.
  @discardableResult
  public func replace(token: AccessToken) -> Bool {
    guard access.replace(token: token) else { return false }
    // A stream was admitted once, by the old token, and would go on for ever.
    connections.closeAll()
    return true
  }

  /// Greets new connections with another certificate from now on. Nothing happens where the server was made without
  /// one.
  public func replace(certificate new: ServerCertificate) {
    if certificate.current != nil { certificate.current = new }
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

  /// While the server runs, only an error closes a listener; nobody is answered there any more.
  private func listenerClosed() {
    let isRunning = state.withLock { state -> Bool in
      guard case .running = state else { return false }
      return true
    }
    if isRunning { watch.closed() }
  }

  private func shutDown(_ running: Running) async {
    // Only a mistake of this program could make these throw, and nothing would be left to do.
    for listener in running.listeners { try? await listener.close() }
    for file in running.socketFiles { file.remove() }
    // Closes every connection, whatever is under way on it.
    try? await running.eventLoops.shutdownGracefully()
  }

  private func listen(at place: ListenPlace, _ running: inout Running) async throws(HTTPServerError)
    -> ServedPlace
  {
    switch place {
    case .address(let address): return try await listen(at: address, &running)
    case .socketFile(let path, let mode):
      let (file, descriptor) = try SocketFile.make(path: path, mode: mode)
      running.socketFiles.append(file)
      return try await listen(on: descriptor, at: place, &running)
    case .inherited(let descriptor):
      return try await listen(on: descriptor, at: try InheritedSocket.place(of: descriptor), &running)
    }
  }

  private func listen(
    at address: ListenAddress, _ running: inout Running
  ) async throws(HTTPServerError) -> ServedPlace {
    let socketAddress: SocketAddress
    do {
      socketAddress = try SocketAddress.makeAddressResolvingHost(
        address.host == "localhost" ? "127.0.0.1" : address.host, port: Int(address.port))
    } catch {
      throw .unknownHost(address.host)
    }
    let resolved = ListenAddress(host: socketAddress.ipAddress ?? address.host, port: address.port)
    guard resolved.isLoopback || access.needsToken else { throw .tokenNeeded(address) }
    do {
      let listener = try await bootstrap(for: resolved, running).bind(to: socketAddress).get()
      running.listeners.append(listener)
      let port = UInt16(clamping: listener.localAddress?.port ?? Int(address.port))
      return ServedPlace(
        place: .address(ListenAddress(host: address.host, port: port)),
        isEncrypted: certificate.current != nil)
    } catch {
      throw Self.bindError(error, address: address)
    }
  }

  /// Listens on a socket that is bound, and is closed where that fails.
  private func listen(
    on descriptor: Int32, at place: ListenPlace, _ running: inout Running
  ) async throws(HTTPServerError) -> ServedPlace {
    var address: ListenAddress?
    if case .address(let bound) = place {
      address = bound
      guard bound.isLoopback || access.needsToken else { throw .tokenNeeded(bound) }
    }
    do {
      running.listeners.append(try await bootstrap(for: address, running).withBoundSocket(descriptor).get())
      return ServedPlace(place: place, isEncrypted: address != nil && certificate.current != nil)
    } catch {
      throw .badSocket(descriptor: descriptor, reason: "\(error)")
    }
  }

  /// - Parameter address: Where the listener is bound to; nil for a unix socket.
  private func bootstrap(for address: ListenAddress?, _ running: Running) -> ServerBootstrap {
    let hosts = HostPolicy(boundTo: address, allowedNames: configuration.allowedNames)
    let pages = OriginPolicy(allowedNames: configuration.allowedNames)
    let router = running.router
    let certificate = address == nil ? CertificateHolder(nil) : certificate
    let bootstrap = ServerBootstrap(group: running.eventLoops)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { [watch] channel in
        channel.eventLoop.makeCompletedFuture { try watch.addHandlers(to: channel) }
      }
      .childChannelOption(.socketOption(.so_sndbuf), value: numericCast(HTTPLimits.sendBufferBytes))
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: HTTPLimits.readBytes)
      )
      // Writable then means that the kernel took everything: a stream's next frame is the newest one.
      .childChannelOption(.writeBufferWaterMark, value: .init(low: 1, high: 1))
      .childChannelInitializer { [connections, configuration, access, measures] channel in
        channel.eventLoop.makeCompletedFuture {
          let admission = connections.admit(channel)
          guard admission != .refused else {
            measures.connectionRefused()
            throw ChannelError.ioOnClosedChannel
          }
          let door = FrontDoor(
            hosts: hosts, pages: pages, access: access, isOverLimit: admission == .overLimit, router: router,
            measures: measures)
          try ConnectionPipeline.addHandlers(
            to: channel, door: door, certificate: certificate.current,
            timeout: TimeAmount(configuration.requestTimeout))
        }
      }
    return address == nil ? bootstrap : bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
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
