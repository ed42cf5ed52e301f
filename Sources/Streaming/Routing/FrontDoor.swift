import NIOCore

/// Decides whether a connection's requests are answered at all, and has the router answer them.
struct FrontDoor: Sendable {
  let policy: HostPolicy
  /// Whether the connection came when there were enough.
  let isOverLimit: Bool
  let router: SiteRouter
  let measures: StreamingMeasures

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    do throws(Refusal) {
      guard policy.admits(authority: request.authority) else {
        throw Refusal(
          .misdirectedRequest,
          "This server answers to localhost and to loopback addresses only, and was called by another name.")
      }
      if isOverLimit, !SiteRouter.supervisorPaths.contains(request.path) {
        throw Refusal(
          .serviceUnavailable, "Too many clients are connected; try again in a few seconds.",
          headers: [("Retry-After", "5")])
      }
      guard let responder = router.responder(for: request) else {
        throw Refusal(.notFound, "Nothing is here. There are " + SiteRouter.publicPaths + ".")
      }
      return try responder.answer(request, on: eventLoop)
    } catch {
      return .complete(error.response)
    }
  }
}
