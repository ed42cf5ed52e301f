import NIOCore

/// Answers the requests for one path.
protocol Responder: Sendable {
  /// Called on the connection's event loop; must not wait.
  ///
  /// - Throws: What is answered instead.
  func answer(_ request: Request, on eventLoop: any EventLoop) throws(Refusal) -> Answer
}

/// How a request is answered.
enum Answer {
  /// Now.
  case complete(Response)
  /// Later: the closure starts the work and gives back what ends it. Both are called on the event loop.
  case pending((PendingResponse) -> (() -> Void))
  /// Without an end.
  case stream(any StreamingResponse)
}

/// Answers every request with the same response.
struct FixedResponder: Responder {
  var response: Response

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer { .complete(response) }
}
