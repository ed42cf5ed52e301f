import NIOHTTP1

/// Which responder answers which path: those of the daemon, those of each camera below `/cameras/<name>/`, and for
/// all others the first camera.
struct SiteRouter: Sendable {
  /// Answered even where there are too many clients: supervisors ask here whether and how the daemon lives.
  static let supervisorPaths: Set<String> = ["/healthz", "/readyz", "/metrics"]
  /// What there is, for people.
  static let publicPaths =
    "/, /stream.mjpg, /snapshot.jpg, /faces, /events, /state, /cameras, /metrics, /healthz, /readyz and /openapi.json"

  private static let camerasPrefix = "/cameras/"

  private let daemon: [String: any Responder]
  private let cameras: [String: Router]
  private let first: Router
  /// In place of the first camera's page where there are several.
  private let overview: (any Responder)?

  init(monitor: Monitor, configuration: HTTPServerConfiguration) {
    let routers = monitor.cameras.map {
      Router(camera: $0, monitor: monitor, configuration: configuration)
    }
    first = routers[0]
    cameras = Dictionary(
      zip(monitor.cameras.map(\.context.pathName), routers), uniquingKeysWith: { first, _ in first })
    daemon = [
      "/cameras": CameraListResponder(monitor: monitor),
      "/metrics": MetricsResponder(monitor: monitor),
      "/healthz": HealthResponder(monitor: monitor),
      "/readyz": ReadyResponder(monitor: monitor),
    ]
    overview =
      routers.count == 1
      ? nil
      : PageFile.all.first { $0.path == PageFile.overviewPath }.map { FixedResponder(response: $0.response) }
  }

  /// Nil where there is nothing.
  func responder(for request: Request) -> (any Responder)? {
    if let responder = daemon[request.path] { return responder }
    guard request.path.hasPrefix(Self.camerasPrefix) else {
      if request.path == "/", request.query.isEmpty, let overview { return overview }
      return first.responder(for: request.path, request)
    }
    let rest = request.path.dropFirst(Self.camerasPrefix.count)
    let end = rest.firstIndex(of: "/") ?? rest.endIndex
    guard let camera = cameras[String(rest[..<end])] else { return nil }
    // What the page names is below its own address, so that has to end with a slash.
    if end == rest.endIndex { return RedirectResponder(location: request.path + "/") }
    return camera.responder(for: String(rest[end...]), request)
  }
}
