import NIOCore

/// Sends every request on to the address that it should have had.
struct RedirectResponder: Responder {
  /// A path of this server.
  let location: String

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    var response = Response(
      .permanentRedirect, contentType: "text/plain; charset=utf-8",
      body: ByteBuffer(string: "It is at \(location).\n"))
    response.headers.add(name: "Location", value: location)
    return .complete(response)
  }
}
