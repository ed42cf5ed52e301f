import NIOCore
import Pipeline
import Synchronization

/// Shows each frame of one variant to all its viewers: made into a part once, and brought to each event loop once.
///
/// It listens to the frame hub exactly while there are viewers, so that nothing is encoded for nobody.
final class MJPEGStream: Sendable {
  private struct Audience {
    var count = 0
    var subscription: FrameHub.Subscription?
  }

  let variant: FrameVariant
  let frames: FrameHub
  private let branches: [MJPEGBranch]
  private let audience = Mutex(Audience())

  init(
    variant: FrameVariant, frames: FrameHub, eventLoops: [any EventLoop],
    configuration: HTTPServerConfiguration, measures: StreamingMeasures
  ) {
    self.variant = variant
    self.frames = frames
    branches = eventLoops.map {
      MJPEGBranch(eventLoop: $0, configuration: configuration, measures: measures)
    }
  }

  /// Clients that watch now.
  var viewerCount: Int { audience.withLock { $0.count } }

  /// The stream on an event loop; nil where the loop is not one of the server's.
  func branch(on eventLoop: any EventLoop) -> MJPEGBranch? {
    branches.first { $0.eventLoop === eventLoop }
  }

  /// Shows frames to the viewer from now on, at once where there is a fresh one. On the branch's event loop.
  func admit(_ viewer: MJPEGViewer, to branch: MJPEGBranch) {
    // Looked at before the subscription, so that no frame can come after a newer one.
    branch.add(viewer, latest: frames.latest(as: variant))
    audience.withLock { audience in
      audience.count += 1
      if audience.subscription == nil {
        audience.subscription = frames.subscribe(to: variant, deliver) { [branches] in
          for branch in branches { branch.end() }
        }
      }
    }
  }

  /// The viewer is gone. On the branch's event loop.
  func dismiss(_ viewer: MJPEGViewer, from branch: MJPEGBranch) {
    branch.remove(viewer)
    audience.withLock { audience in
      audience.count -= 1
      if audience.count == 0 { audience.subscription = nil }
    }
  }

  /// Brings a frame to the viewers. The hub keeps this while it is subscribed to, and with it only the
  /// branches: it must not keep the stream, which keeps the subscription.
  private var deliver: @Sendable (EncodedFrame) -> Void {
    { [branches] frame in
      let part = MultipartFrame(frame)
      for branch in branches { branch.show(part) }
    }
  }
}

/// `/stream.mjpg`, with the options of ``StreamOptions``.
struct MJPEGResponder: Responder {
  let catalog: VariantCatalog
  let viewers: ViewerLimit

  func answer(_ request: Request, on eventLoop: any EventLoop) throws(Refusal) -> Answer {
    let options = try StreamOptions(request)
    try viewers.check()
    let seat = try catalog.seat(options.variant)
    guard let branch = seat.stream.branch(on: eventLoop) else {
      throw Refusal(.serviceUnavailable, "The stream is not there.")
    }
    return .stream(
      MJPEGViewer(
        seat: seat, branch: branch, maximumRate: options.maximumRate,
        resourcePolicy: request.resourcePolicy))
  }
}
