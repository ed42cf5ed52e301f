import NIOCore
import NIOSSL

/// Looks at a connection's first byte: a TLS handshake goes to TLS, and whoever speaks plain HTTP is told so in
/// words that it understands.
final class TLSGreeter: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What a TLS record begins with that holds a handshake (RFC 8446, section 5.1).
  private static let handshake: UInt8 = 22
  private static let answer = """
    HTTP/1.1 400 Bad Request\r
    Content-Type: application/problem+json\r
    Connection: close\r
    Content-Length: %\r
    \r\n
    """
  private static let problem =
    #"{"type":"about:blank","title":"Bad Request","status":400,"#
    + #""detail":"This port speaks HTTPS; ask https:// in place of http://."}"# + "\n"

  private let certificate: ServerCertificate
  private let measures: StreamingMeasures
  private var hasRefused = false

  init(certificate: ServerCertificate, measures: StreamingMeasures) {
    self.certificate = certificate
    self.measures = measures
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !hasRefused else { return }
    let bytes = Self.unwrapInboundIn(data)
    guard let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) else { return }
    guard first == Self.handshake else { return refuse(context) }
    do {
      let pipeline = context.pipeline.syncOperations
      try pipeline.addHandler(NIOSSLServerHandler(context: certificate.context), position: .after(self))
      context.fireChannelRead(data)
      pipeline.removeHandler(self, promise: nil)
    } catch {
      context.close(promise: nil)
    }
  }

  private func refuse(_ context: ChannelHandlerContext) {
    hasRefused = true
    measures.answered(.badRequest)
    let head = Self.answer.replacing("%", with: String(Self.problem.utf8.count))
    let written = context.eventLoop.makePromise(of: Void.self)
    // Our side alone: closing all with unread input would take the answer back. The connection's timer ends the rest.
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    written.futureResult.whenSuccess { bound.value.close(mode: .output, promise: nil) }
    context.writeAndFlush(
      Self.wrapOutboundOut(ByteBuffer(string: head + Self.problem)), promise: written)
  }
}
