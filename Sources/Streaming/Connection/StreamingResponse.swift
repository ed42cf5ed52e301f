import NIOCore
import NIOHTTP1

/// An answer without an end: from its head on, the connection is its own. Used on one event loop.
protocol StreamingResponse: AnyObject {
  /// Without those that every answer has.
  var headers: HTTPHeaders { get }

  /// Which pages may show it.
  var resourcePolicy: ResourcePolicy { get }

  /// The head is written; the body may follow.
  func begin(on connection: any StreamConnection)

  /// The client took all that was written.
  func connectionBecameWritable()

  /// The client is gone. Called once; nothing may be written any more.
  func connectionClosed()
}

extension StreamingResponse {
  var resourcePolicy: ResourcePolicy { .sameSite }
}

/// What a ``StreamingResponse`` can do with its connection.
protocol StreamConnection: AnyObject {
  /// Whether the kernel took all that was written.
  var isWritable: Bool { get }

  /// Sends bytes of the body. The caller writes nothing more until ``isWritable``.
  func write(_ bytes: ByteBuffer)

  /// Ends the body: the client gets what was written, and then the connection's end.
  func end()

  /// Ends it at once.
  func close()
}
