import NIOCore
import NIOHTTP1

/// One client's connection: reads its requests one after the other, has each answered, and keeps the limits.
///
/// An answer is given only when the client took the one before it, and the socket is not read while an
/// answer is due. A client that asks without listening therefore costs one answer and a few waiting
/// requests. What NIO itself offers for pipelining answers a waiting request from within the answer before
/// it, as deep as a client cares to send requests; here it is a loop.
final class HTTPConnection: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = Never
  typealias OutboundOut = HTTPServerResponsePart

  private enum Phase {
    /// Waits for a request, or for the client to take the last answer.
    case ready
    /// The answer to a request comes later; what is to be done once it is there or nobody waits any more.
    case answering(Request, PendingResponse, cleanUp: () -> Void)
    case streaming(any StreamingResponse)
    /// The last answer is written; whatever still comes is thrown away.
    case closing
  }

  private let door: FrontDoor
  private let isEncrypted: Bool
  private let timeout: TimeAmount
  private var origin = ConnectionOrigin()
  private var context: ChannelHandlerContext?
  private var phase = Phase.ready
  /// A request whose end has not come yet.
  private var incoming: Request?
  private var incomingBodyBytes = 0
  private var waiting = CircularBuffer<Request>()
  /// The answer to something that is no request of ours. It is given after those before it, and is the last.
  private var rejection: Response?
  private var inputIsClosed = false
  private var isReadWanted = false
  private var isServing = false
  private var discardedBytes = 0
  private var timer: Scheduled<Void>?

  /// - Parameters:
  ///   - door: Gives the answers.
  ///   - isEncrypted: Whether TLS is spoken below.
  ///   - timeout: How long the client may take for a request, from the end of the answer before it, and for
  ///     taking an answer.
  init(door: FrontDoor, isEncrypted: Bool, timeout: TimeAmount) {
    self.door = door
    self.isEncrypted = isEncrypted
    self.timeout = timeout
  }

  // MARK: Events of the channel

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    let called = context.channel.localAddress
    origin = ConnectionOrigin(
      client: ClientAddress(context.channel.remoteAddress), isEncrypted: isEncrypted,
      port: called?.port ?? 0, socketPath: called?.pathname)
    startTimer(timeout)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    stopTimer()
    let lastPhase = phase
    phase = .closing
    switch lastPhase {
    case .answering(_, let pending, let cleanUp):
      pending.abandon()
      cleanUp()
    case .streaming(let stream): stream.connectionClosed()
    case .ready, .closing: break
    }
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch Self.unwrapInboundIn(data) {
    case .head(let head):
      guard isListening else { return }
      incomingBodyBytes = 0
      do throws(Refusal) { incoming = try Request(head, from: origin) } catch { reject(error.response) }
    case .body(let bytes):
      guard isListening else { return discard(bytes.readableBytes) }
      incomingBodyBytes += bytes.readableBytes
      let isForm = incoming?.method == .post
      if incomingBodyBytes > (isForm ? HTTPLimits.formBytes : HTTPLimits.requestBodyBytes) {
        reject(Refusal(.payloadTooLarge, "So large a body means nothing here.").response)
      } else if isForm {
        incoming?.body.writeImmutableBuffer(bytes)
      }
    case .end:
      guard isListening, let request = incoming else { return }
      incoming = nil
      waiting.append(request)
      guard waiting.count <= HTTPLimits.waitingRequests else { return context.close(promise: nil) }
      serveWaiting()
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case HTTPParserError.headerOverflow:
      reject(Refusal(.requestHeaderFieldsTooLarge, "The request's head is too large.").response)
    case is HTTPParserError:
      reject(Refusal(.badRequest, "This is not an HTTP/1.1 request.").response)
    case ByteToMessageDecoderError.dataReceivedInErrorState(_, let bytes): discard(bytes.readableBytes)
    default: context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event {
      inputIsClosed = true
      switch phase {
      case .ready: serveWaiting()
      case .answering: break
      // A client that has no more to say may still listen to an answer, but hardly to one without an end.
      case .streaming: context.close(promise: nil)
      case .closing: if context.channel.isWritable { context.close(promise: nil) }
      }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      if case .streaming(let stream) = phase { stream.connectionBecameWritable() } else { serveWaiting() }
    }
    context.fireChannelWritabilityChanged()
  }

  func read(context: ChannelHandlerContext) {
    isReadWanted = true
    resumeReading()
  }

  // MARK: Requests in

  /// Whether what comes from the client is still looked at.
  private var isListening: Bool {
    if case .closing = phase { false } else { rejection == nil }
  }

  private func reject(_ response: Response) {
    guard isListening else { return }
    incoming = nil
    rejection = response
    serveWaiting()
  }

  private func discard(_ byteCount: Int) {
    discardedBytes += byteCount
    if discardedBytes > HTTPLimits.discardedBytes { context?.close(promise: nil) }
  }

  private func resumeReading() {
    guard isReadWanted, let context else { return }
    switch phase {
    case .answering, .streaming: return
    case .ready where !waiting.isEmpty: return
    case .ready, .closing:
      isReadWanted = false
      context.read()
    }
  }

  // MARK: Answers out

  /// Answers what waits, as far as the client takes the answers.
  private func serveWaiting() {
    // Writing an answer may bring us back here, by way of the channel's writability.
    guard !isServing, let context else { return }
    isServing = true
    defer {
      isServing = false
      resumeReading()
    }
    while case .ready = phase, context.channel.isActive, context.channel.isWritable {
      if let request = waiting.popFirst() {
        serve(request, context: context)
      } else if let rejection {
        write(rejection, to: nil, context: context)
      } else {
        if inputIsClosed { context.close(promise: nil) }
        return
      }
    }
  }

  private func serve(_ request: Request, context: ChannelHandlerContext) {
    switch door.answer(request, on: context.eventLoop) {
    case .complete(let response): write(response, to: request, context: context)
    case .pending(let begin):
      stopTimer()
      let pending = PendingResponse(eventLoop: context.eventLoop) { [weak self] in self?.finish(with: $0) }
      phase = .answering(request, pending, cleanUp: begin(pending))
    case .stream(let stream):
      var head = HTTPResponseHead(
        version: .http1_1, status: .ok, headers: .shared(resourcePolicy: stream.resourcePolicy))
      head.headers.add(contentsOf: stream.headers)
      // Without a length and without chunks the body ends with the connection.
      head.headers.add(name: "Connection", value: "close")
      context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
      door.measures.answered(.ok)
      if request.isHead { return beginClosing(context) }
      stopTimer()
      phase = .streaming(stream)
      stream.begin(on: self)
    }
  }

  private func finish(with response: Response) {
    guard case .answering(let request, _, let cleanUp) = phase, let context else { return }
    cleanUp()
    phase = .ready
    write(response, to: request, context: context)
    serveWaiting()
  }

  /// - Parameter request: Nil where the response rejects what could not be understood.
  private func write(_ response: Response, to request: Request?, context: ChannelHandlerContext) {
    let isAtEndOfInput = inputIsClosed && waiting.isEmpty && rejection == nil
    let isLast = isAtEndOfInput || request?.keepsAlive != true || response.closesConnection
    door.measures.answered(response.status)
    var head = HTTPResponseHead(
      version: .http1_1, status: response.status,
      headers: .shared(referrerPolicy: response.referrerPolicy, resourcePolicy: response.resourcePolicy))
    head.headers.add(contentsOf: response.headers)
    head.headers.add(name: "Content-Length", value: String(response.body.readableBytes))
    head.headers.add(name: "Connection", value: isLast ? "close" : "keep-alive")
    context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
    if request?.isHead != true, response.body.readableBytes > 0 {
      context.write(Self.wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil)
    }
    if isLast { return beginClosing(context) }
    context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    startTimer(timeout)
  }

  /// Ends the last answer. Our side of the connection is closed first and the client's input read for a
  /// moment longer: closing with unread input would make the kernel take back what the client has not read.
  private func beginClosing(_ context: ChannelHandlerContext) {
    phase = .closing
    startTimer(timeout)
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenSuccess { [weak self] in
      guard let self, let context = self.context else { return }
      context.close(mode: .output, promise: nil)
      self.startTimer(.seconds(HTTPLimits.lingerSeconds))
    }
    context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: written)
  }

  // MARK: Time

  private func startTimer(_ amount: TimeAmount) {
    stopTimer()
    guard let context, context.channel.isActive else { return }
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: amount) { [weak self] in
      self?.context?.close(promise: nil)
    }
  }

  private func stopTimer() {
    timer?.cancel()
    timer = nil
  }
}

extension HTTPConnection: StreamConnection {
  var isWritable: Bool { context?.channel.isWritable ?? false }

  func write(_ bytes: ByteBuffer) {
    context?.writeAndFlush(Self.wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
  }

  func end() {
    guard case .streaming(let stream) = phase, let context else { return }
    beginClosing(context)
    stream.connectionClosed()
    resumeReading()
  }

  func close() { context?.close(promise: nil) }
}
