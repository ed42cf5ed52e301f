import NIOCore

/// Sends every request on to the address that it should have had.
struct RedirectResponder: Responder {
  /// Relative to the request's, so that it also holds behind a proxy. The query goes with it: a token may be in it.
  let location: String

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    let location = request.query.isEmpty ? location : "\(location)?\(request.query)"
    var response = Response(
      .permanentRedirect, contentType: "text/plain; charset=utf-8",
      body: ByteBuffer(string: "It is at \(location).\n"))
    response.headers.add(name: "Location", value: location)
    return .complete(response)
  }
}
