import NIOCore

/// `/logout`: ends the session of whoever sends the form, takes the cookie back, and leads to the form for the token.
/// Streams that were opened before go on for as long as their pages are there.
struct LogoutResponder: Responder {
  let access: AccessControl

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    if let session = Credentials(request).session { access.signOut(session: session) }
    // Relative to this path.
    return .complete(.redirect(to: "login", endingSessionOf: request))
  }
}
