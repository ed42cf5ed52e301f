import NIOCore

/// Decides whether a connection's requests are answered at all, and has the router answer them.
struct FrontDoor: Sendable {
  let hosts: HostPolicy
  let pages: OriginPolicy
  let access: AccessControl
  /// Whether the connection came when there were enough.
  let isOverLimit: Bool
  let router: SiteRouter
  let measures: StreamingMeasures

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    do throws(Refusal) {
      guard hosts.admits(authority: request.authority) else {
        throw Refusal(
          .misdirectedRequest,
          "This server was called by a name that is not its own. It answers to loopback names and to those of "
            + "http.hosts.")
      }
      if isOverLimit, !SiteRouter.supervisorPaths.contains(request.path) {
        measures.clientTurnedAway()
        // Kept open it would take the place of one that is welcome, and be turned away again and again.
        throw Refusal(
          .serviceUnavailable, "Too many clients are connected; try again in a few seconds.",
          headers: [("Retry-After", "5")]
        ).closingConnection
      }
      var request = request
      if let page = try admit(&request) { return page }
      guard let responder = router.responder(for: request) else {
        throw Refusal(.notFound, "Nothing is here. There are " + SiteRouter.publicPaths + ".")
      }
      return try responder.answer(request, on: eventLoop)
    } catch {
      return .complete(error.response)
    }
  }

  /// Finds out whether the client may know everything.
  ///
  /// - Returns: Where a browser is led instead.
  /// - Throws: 401, 403 or 429 where the request is not answered.
  private func admit(_ request: inout Request) throws(Refusal) -> Answer? {
    let isOfPage =
      SiteRouter.isPage(request.path) && request.isNavigation && request.queryValue("action") == nil
    let queryToken = request.queryValue("token")
    if request.method == .post { try checkPage(request) }
    switch access.verdict(on: request) {
    case .open:
      // Where nobody has to show anything, a browser on this machine would show the camera to whatever page asks.
      if request.isOfAnotherSite { throw Self.otherSite }
      request.isTrusted = true
    case .granted:
      request.isTrusted = true
      // Only an address with the token works on a page of another site, which cannot send a header with a picture.
      if Credentials(request).isInAddress { request.resourcePolicy = .crossOrigin }
      // Whoever opens the page with the token in its address is signed in, and the token leaves the address.
      if isOfPage, let queryToken {
        let session = try access.signIn(token: FormText.decoded(queryToken), from: request.origin.client)
        return .complete(.redirect(to: "./", session: session, request: request))
      }
    case .grantedByCookie:
      try checkPage(request)
      request.isTrusted = true
      request.isSignedIn = true
      if isOfPage, queryToken != nil { return .complete(.redirect(to: "./")) }
    case .refused where SiteRouter.openPaths.contains(request.path): break
    case .refused(let refusal):
      // Whoever opens the page in a browser is asked for the token instead.
      guard isOfPage, refusal.response.status == .unauthorized else { throw refusal }
      return .complete(.redirect(to: SiteRouter.wayToLogin(from: request.path)))
    }
    return nil
  }

  /// A page of another site may not use a visitor's cookie, nor send a form.
  private func checkPage(_ request: Request) throws(Refusal) {
    guard
      pages.admits(
        origin: request.pageOrigin, authority: request.authority, isEncrypted: request.origin.isEncrypted)
    else { throw Self.otherSite }
  }

  private static var otherSite: Refusal {
    Refusal(.forbidden, "A page of another site asked; this one answers to its own pages only.")
  }
}
