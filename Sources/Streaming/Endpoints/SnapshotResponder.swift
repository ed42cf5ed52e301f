import NIOCore
import Pipeline

/// `/snapshot.jpg`: the next frame as a JPEG.
///
/// It waits for a frame that is published after the request came, because the newest one may be as old as the
/// last viewer. It has the options `overlay` and `width` of ``StreamOptions``. A notice that stands in for an absent
/// camera is sent with `X-Emotiond-Placeholder: 1`; one that the camera is being opened is not, for a picture follows.
struct SnapshotResponder: Responder {
  let catalog: VariantCatalog
  /// How long a frame may take; then the answer is 503.
  let timeout: Duration

  func answer(_ request: Request, on eventLoop: any EventLoop) throws(Refusal) -> Answer {
    let options = try StreamOptions(request)
    guard options.maximumRate == nil else {
      throw Refusal(.badRequest, "A snapshot is one picture: fps means nothing here; leave it out.")
    }
    let seat = try catalog.seat(options.variant)
    let resourcePolicy = request.resourcePolicy
    return .pending { [catalog] pending in
      let wasOpening = catalog.status.isOpening
      let subscription = seat.stream.frames.subscribe(to: options.variant) { frame in
        guard !frame.isPlaceholder || Self.isToBeShown(catalog.status, wasOpening: wasOpening) else { return }
        pending.complete(with: Self.response(for: frame, resourcePolicy))
      } whenEnded: {
        pending.complete(with: catalog.noMoreFrames.response)
      }
      let deadline = eventLoop.scheduleTask(in: TimeAmount(timeout)) {
        pending.complete(
          with: .problem(
            .serviceUnavailable, "No frame came in time; see /healthz for the camera's state.",
            headers: [("Retry-After", "5")]))
      }
      return {
        subscription.cancel()
        deadline.cancel()
        withExtendedLifetime(seat) {}
      }
    }
  }

  /// Whether a notice is all that there is to show.
  ///
  /// - Parameters:
  ///   - status: Of now.
  ///   - wasOpening: Whether the camera was being opened when the request came. Then a notice of that may come when the
  ///     camera runs already.
  private static func isToBeShown(_ status: PipelineStatus, wasOpening: Bool) -> Bool {
    !status.isOpening && !(wasOpening && status.source == .running)
  }

  private static func response(for frame: EncodedFrame, _ resourcePolicy: ResourcePolicy) -> Response {
    var response = Response(contentType: "image/jpeg", body: ByteBuffer(bytes: frame.jpeg))
    response.resourcePolicy = resourcePolicy
    response.headers.add(name: "X-Timestamp", value: MultipartFrame.timestamp(of: frame))
    response.headers.add(name: "Content-Disposition", value: "inline; filename=\"snapshot.jpg\"")
    if frame.isPlaceholder { response.headers.add(name: "X-Emotiond-Placeholder", value: "1") }
    return response
  }
}

extension PipelineStatus {
  /// Whether the source is being opened, or rests and opens for whoever comes.
  fileprivate var isOpening: Bool {
    switch source {
    case .starting: true
    case .waiting: camera.state == .idle
    case .running, .ended: false
    }
  }
}
