import NIOCore
import Pipeline

/// Shows each frame to all viewers: made into a part once, and brought to each event loop once.
final class MJPEGStream: Sendable {
  private let audience: Audience
  private let branches: [MJPEGBranch]

  init(audience: Audience, eventLoops: [any EventLoop], configuration: HTTPServerConfiguration) {
    self.audience = audience
    branches = eventLoops.map { MJPEGBranch(eventLoop: $0, configuration: configuration) }
  }

  /// A viewer whose connection belongs to the event loop; nil where the loop is not one of the server's.
  func makeViewer(on eventLoop: any EventLoop) -> MJPEGViewer? {
    branches.first { $0.eventLoop === eventLoop }.map { MJPEGViewer(stream: self, branch: $0) }
  }

  /// Shows frames to the viewer from now on, at once where there is a fresh one. On the branch's event loop.
  func admit(_ viewer: MJPEGViewer, to branch: MJPEGBranch) {
    // Looked at before the subscription, so that no frame can come after a newer one.
    branch.add(viewer, latest: audience.frames.latest)
    audience.enter { [branches] frame in
      let part = MultipartFrame(frame)
      for branch in branches where branch.hasViewers { branch.show(part) }
    }
  }

  /// The viewer is gone. On the branch's event loop.
  func dismiss(_ viewer: MJPEGViewer, from branch: MJPEGBranch) {
    branch.remove(viewer)
    audience.leave()
  }
}

/// `/stream.mjpg`.
struct MJPEGResponder: Responder {
  let stream: MJPEGStream

  func answer(_ request: Request, on eventLoop: any EventLoop) -> Answer {
    guard let viewer = stream.makeViewer(on: eventLoop) else {
      return .complete(.text(.serviceUnavailable, "The stream is not there."))
    }
    return .stream(viewer)
  }
}
