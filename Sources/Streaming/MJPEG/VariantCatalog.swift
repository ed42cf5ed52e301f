import NIOCore
import Pipeline
import Synchronization

/// The streams that exist now: the standard one always, one of another variant while somebody has a seat in it.
///
/// Each variant is encoded once a frame, so their number is bounded.
final class VariantCatalog: Sendable {
  /// Keeps a variant's stream alive; its release gives the place free.
  final class Seat: Sendable {
    let stream: MJPEGStream
    private let catalog: VariantCatalog

    fileprivate init(stream: MJPEGStream, catalog: VariantCatalog) {
      self.stream = stream
      self.catalog = catalog
    }

    deinit { catalog.release(stream.variant) }
  }

  private struct Entry {
    let stream: MJPEGStream
    var seatCount: Int
  }

  private let context: CameraContext
  private let eventLoops: [any EventLoop]
  private let configuration: HTTPServerConfiguration
  private let measures: StreamingMeasures
  private let standard: MJPEGStream
  private let others = Mutex<[FrameVariant: Entry]>([:])

  init(
    context: CameraContext, eventLoops: [any EventLoop], configuration: HTTPServerConfiguration,
    measures: StreamingMeasures
  ) {
    self.context = context
    self.eventLoops = eventLoops
    self.configuration = configuration
    self.measures = measures
    standard = MJPEGStream(
      variant: .standard, frames: context.frames, eventLoops: eventLoops, configuration: configuration,
      measures: measures)
  }

  /// Clients that watch now, in all variants.
  var viewerCount: Int {
    standard.viewerCount + others.withLock { $0.values.reduce(0) { $0 + $1.stream.viewerCount } }
  }

  /// How the camera fares now.
  var status: PipelineStatus { context.status() }

  /// A place in a variant's stream.
  ///
  /// - Throws: 503 where no frames come any more, or too many other variants are being watched.
  func seat(_ variant: FrameVariant) throws(Refusal) -> Seat {
    if context.frames.hasEnded || status.source.hasEnded { throw noMoreFrames }
    if variant == .standard { return Seat(stream: standard, catalog: self) }
    let stream = others.withLock { others -> MJPEGStream? in
      if let entry = others[variant] {
        others[variant]?.seatCount += 1
        return entry.stream
      }
      guard others.count < configuration.maximumVariants else { return nil }
      let stream = MJPEGStream(
        variant: variant, frames: context.frames, eventLoops: eventLoops, configuration: configuration,
        measures: measures)
      others[variant] = Entry(stream: stream, seatCount: 1)
      return stream
    }
    guard let stream else {
      throw Refusal(
        .serviceUnavailable,
        "Others watch \(configuration.maximumVariants) different widths and overlays already, each of which is "
          + "encoded on its own; ask without options, or try again later.",
        headers: [("Retry-After", "5")])
    }
    return Seat(stream: stream, catalog: self)
  }

  /// The answer to who asks for frames of a source that is over. When to come back nobody knows.
  var noMoreFrames: Refusal {
    let ending = status.source.ending ?? "no more pictures come from the source"
    return Refusal(.serviceUnavailable, "There is no picture: \(ending).")
  }

  private func release(_ variant: FrameVariant) {
    guard variant != .standard else { return }
    // The stream is released after the lock: that ends its subscription, which takes other locks.
    let released = others.withLock { others -> MJPEGStream? in
      guard let entry = others[variant] else { return nil }
      others[variant]?.seatCount -= 1
      return entry.seatCount == 1 ? others.removeValue(forKey: variant)?.stream : nil
    }
    withExtendedLifetime(released) {}
  }
}
