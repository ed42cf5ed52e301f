import NIOHTTP1

/// Which responder answers which path: those of the daemon, those of each camera below `/cameras/<name>/`, and for
/// all others the first camera.
struct SiteRouter: Sendable {
  /// Answered even where there are too many clients: supervisors ask here whether and how the daemon lives.
  static let supervisorPaths: Set<String> = ["/healthz", "/readyz", "/metrics"]
  /// What the login page is made of, the way out, and whether the daemon lives: answered to whoever asks.
  static let openPaths: Set<String> = [
    Request.loginPath, Request.logoutPath, "/page.css", "/theme.js", "/favicon.svg", "/favicon.ico",
    "/healthz",
  ]
  /// What there is, for people.
  static let publicPaths =
    "/, /overview, /stream.mjpg, /snapshot.jpg, /faces, /events, /state, /cameras, /metrics, /healthz, /readyz, "
    + "/login and /openapi.json"

  private static let camerasPrefix = "/cameras/"

  private let daemon: [String: any Responder]
  private let cameras: [String: Router]
  private let first: Router
  /// In place of the first camera's page where there are several.
  private let overview: (any Responder)?

  init(monitor: Monitor, access: AccessControl, configuration: HTTPServerConfiguration) {
    let viewers = ViewerLimit(
      maximum: configuration.maximumViewers, measures: monitor.measures,
      count: { monitor.cameras.reduce(0) { $0 + $1.catalog.viewerCount } })
    let routers = monitor.cameras.map {
      Router(camera: $0, monitor: monitor, viewers: viewers, configuration: configuration)
    }
    first = routers[0]
    cameras = Dictionary(
      zip(monitor.cameras.map(\.context.pathName), routers), uniquingKeysWith: { first, _ in first })
    let pages = monitor.cameras.map { "\(Self.camerasPrefix)\($0.context.pathName)/" }
    var daemon: [String: any Responder] = [
      "/cameras": CameraListResponder(monitor: monitor),
      "/metrics": MetricsResponder(monitor: monitor),
      "/healthz": HealthResponder(monitor: monitor),
      "/readyz": ReadyResponder(monitor: monitor),
      Request.loginPath: LoginResponder(access: access, pages: Set(pages + ["/", PageFile.overviewPath])),
      Request.logoutPath: LogoutResponder(access: access),
    ]
    for file in PageFile.all where file.isOfAllCameras { daemon[file.path] = file.responder }
    self.daemon = daemon
    overview = routers.count == 1 ? nil : daemon[PageFile.overviewPath]
  }

  /// Whether a path is one that people open: the page, the overview, a camera's page.
  static func isPage(_ path: String) -> Bool {
    path == "/" || path == PageFile.overviewPath || (path.hasPrefix(camerasPrefix) && path.hasSuffix("/"))
  }

  /// What leads from a page to the daemon's root, relative, so that it also holds behind a proxy.
  static func wayToRoot(from path: String) -> String {
    String(repeating: "../", count: max(0, path.utf8.count { $0 == UInt8(ascii: "/") } - 1))
  }

  /// Where a visitor of a page is asked for the token, relative as above; the page itself goes along, so that it comes
  /// next. Whether there is such a page is not told to who has not signed in.
  static func wayToLogin(from path: String) -> String {
    let login = wayToRoot(from: path) + "login"
    let isPlain = path.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789/-_".unicodeScalars.contains(scalar))
    }
    return path == "/" || !isPlain ? login : "\(login)?next=\(path)"
  }

  /// Nil where there is nothing.
  func responder(for request: Request) -> (any Responder)? {
    if let responder = daemon[request.path] { return responder }
    guard request.path.hasPrefix(Self.camerasPrefix) else {
      if request.path == "/", request.queryValue("action") == nil, let overview { return overview }
      return first.responder(for: request.path, request)
    }
    let rest = request.path.dropFirst(Self.camerasPrefix.count)
    let end = rest.firstIndex(of: "/") ?? rest.endIndex
    guard let camera = cameras[String(rest[..<end])] else { return nil }
    // What the page names is below its own address, so that has to end with a slash.
    if end == rest.endIndex { return RedirectResponder(location: "\(rest)/") }
    return camera.responder(for: String(rest[end...]), request)
  }
}
