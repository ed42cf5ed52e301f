/// Which responder answers which path, among those of one camera.
struct Router: Sendable {
  private let responders: [String: any Responder]
  /// mjpg-streamer's addresses, `/?action=stream` and `/?action=snapshot`, which many programs know.
  private let actions: [Substring: any Responder]

  init(
    camera: CameraServices, monitor: Monitor, viewers: ViewerLimit, configuration: HTTPServerConfiguration
  ) {
    let stream = MJPEGResponder(catalog: camera.catalog, viewers: viewers)
    let snapshot = SnapshotResponder(catalog: camera.catalog, timeout: configuration.snapshotTimeout)
    let monitor = monitor.of(camera)
    actions = ["stream": stream, "snapshot": snapshot]
    var responders: [String: any Responder] = [
      "/stream.mjpg": stream,
      "/snapshot.jpg": snapshot,
      "/faces": FacesResponder(context: camera.context),
      "/events": EventResponder(stream: camera.events),
      "/state": StateResponder(monitor: monitor),
      "/metrics": MetricsResponder(monitor: monitor),
      "/healthz": HealthResponder(monitor: monitor),
      "/readyz": ReadyResponder(monitor: monitor),
    ]
    for file in PageFile.all where !file.isOfAllCameras { responders[file.path] = file.responder }
    self.responders = responders
  }

  /// Nil where there is nothing.
  ///
  /// - Parameters:
  ///   - path: Within the camera, `/` first.
  ///   - request: Whose query is looked at.
  func responder(for path: String, _ request: Request) -> (any Responder)? {
    if path == "/", let action = request.queryValue("action") { return actions[action] }
    return responders[path]
  }
}
