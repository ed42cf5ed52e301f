/// Which responder answers which path.
struct Router: Sendable {
  /// Answered even where there are too many clients: a supervisor asks here whether the daemon lives.
  static let healthPath = "/healthz"

  private let responders: [String: any Responder]
  /// mjpg-streamer's addresses, `/?action=stream` and `/?action=snapshot`, which many programs know.
  private let actions: [Substring: any Responder]

  init(
    context: StreamingContext, stream: MJPEGStream, configuration: HTTPServerConfiguration,
    clients: @escaping @Sendable () -> ClientCounts
  ) {
    let streamResponder = MJPEGResponder(stream: stream)
    let snapshot = SnapshotResponder(frames: context.frames, timeout: configuration.snapshotTimeout)
    let icon = FixedResponder(response: PageFile.icon.response)
    actions = ["stream": streamResponder, "snapshot": snapshot]
    responders = [
      "/": FixedResponder(response: PageFile.page.response),
      "/page.css": FixedResponder(response: PageFile.style.response),
      "/page.js": FixedResponder(response: PageFile.script.response),
      "/favicon.svg": icon,
      "/favicon.ico": icon,
      "/stream.mjpg": streamResponder,
      "/snapshot.jpg": snapshot,
      "/faces": FacesResponder(labels: context.labels),
      Self.healthPath: HealthResponder(status: context.status, clients: clients),
    ]
  }

  /// Nil where there is nothing.
  func responder(for request: Request) -> (any Responder)? {
    if request.path == "/", let action = request.queryValue("action") { return actions[action] }
    return responders[request.path]
  }
}
