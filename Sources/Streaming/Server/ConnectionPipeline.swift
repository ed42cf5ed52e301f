import NIOCore
import NIOHTTP1

/// What a connection is made of: TLS where there is a certificate, the parser with its limits, and ``HTTPConnection``.
enum ConnectionPipeline {
  static func addHandlers(
    to channel: any Channel, door: FrontDoor, certificate: ServerCertificate?, timeout: TimeAmount
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
    let pipeline = channel.pipeline.syncOperations
    if let certificate {
      try pipeline.addHandler(TLSGreeter(certificate: certificate, measures: door.measures))
    }
    try pipeline.addHandlers([
      ByteToMessageHandler(decoder, maximumBufferSize: 2 * HTTPLimits.requestHeadBytes),
      HTTPResponseEncoder(configuration: encoding),
      HTTPConnection(door: door, isEncrypted: certificate != nil, timeout: timeout),
    ])
  }
}
