/// Which responder answers which path.
struct Router: Sendable {
  /// Answered even where there are too many clients: supervisors ask here whether and how the daemon lives.
  static let supervisorPaths: Set<String> = ["/healthz", "/readyz", "/metrics"]
  /// What there is, for people.
  static let publicPaths =
    "/, /stream.mjpg, /snapshot.jpg, /faces, /events, /state, /metrics, /healthz, /readyz and /openapi.json"

  private let responders: [String: any Responder]
  /// mjpg-streamer's addresses, `/?action=stream` and `/?action=snapshot`, which many programs know.
  private let actions: [Substring: any Responder]

  init(catalog: VariantCatalog, events: EventStream, monitor: Monitor, configuration: HTTPServerConfiguration)
  {
    let stream = MJPEGResponder(catalog: catalog)
    let snapshot = SnapshotResponder(catalog: catalog, timeout: configuration.snapshotTimeout)
    actions = ["stream": stream, "snapshot": snapshot]
    var responders: [String: any Responder] = [
      "/stream.mjpg": stream,
      "/snapshot.jpg": snapshot,
      "/faces": FacesResponder(labels: monitor.context.labels),
      "/events": EventResponder(stream: events),
      "/state": StateResponder(monitor: monitor),
      "/metrics": MetricsResponder(monitor: monitor),
      "/healthz": HealthResponder(monitor: monitor),
      "/readyz": ReadyResponder(monitor: monitor),
    ]
    for file in PageFile.all { responders[file.path] = FixedResponder(response: file.response) }
    self.responders = responders
  }

  /// Nil where there is nothing.
  func responder(for request: Request) -> (any Responder)? {
    if request.path == "/", let action = request.queryValue("action") { return actions[action] }
    return responders[request.path]
  }
}
