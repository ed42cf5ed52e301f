import NIOCore

/// Decides whether a connection's requests are answered at all, and has the router answer them.
struct FrontDoor: Sendable {
  let policy: HostPolicy
  /// Whether the connection came when there were enough.
  let isOverLimit: Bool
  let router: Router

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    guard policy.admits(authority: request.authority) else {
      return .complete(
        .text(
          .misdirectedRequest,
          "This server answers to localhost, 127.0.0.1 and [::1] only, and was called by another name."))
    }
    if isOverLimit, request.path != Router.healthPath {
      return .complete(
        .text(
          .serviceUnavailable, "Too many clients are connected; try again in a few seconds.",
          headers: [("Retry-After", "5")]))
    }
    guard let responder = router.responder(for: request) else {
      return .complete(
        .text(
          .notFound,
          "Nothing is here. There are /, /stream.mjpg, /snapshot.jpg, /faces and /healthz."))
    }
    return responder.answer(request, on: eventLoop)
  }
}
