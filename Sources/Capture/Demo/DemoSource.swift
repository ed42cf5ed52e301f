import Imaging

/// A drawn face that goes through the seven emotions: something to see where no camera is, and frames whose
/// content is known for tests. It never ends.
///
/// Its frames are made as fast as they are asked for and say when they are due; ``PacedSource`` plays them.
public final class DemoSource: FrameSource {
  /// What it is, for people: `demo (a drawn face), 640x480 at 30 fps`.
  public let description: String
  /// Frames a second as they were asked for.
  public var nominalFramesPerSecond: Double? { framesPerSecond }

  private let framesPerSecond: Double
  private let scene: DemoScene
  private let stop: StopSignal
  private var sequence: UInt64 = 0

  /// - Parameters:
  ///   - width: In pixels, at least 64.
  ///   - height: In pixels, at least 64.
  ///   - framesPerSecond: 0.001 to 240.
  ///   - stop: Ends the source.
  /// - Throws: ``CaptureError/unreadable(path:reason:)`` for a size or rate out of bounds.
  public init(
    width: Int = 640, height: Int = 480, framesPerSecond: Double = 30, stop: StopSignal
  ) throws(CaptureError) {
    guard width >= 64, height >= 64 else {
      throw .unreadable(path: "demo", reason: "\(width)x\(height) is too small, 64x64 is the least")
    }
    guard (0.001...240).contains(framesPerSecond) else {
      throw .unreadable(
        path: "demo", reason: "\(framesPerSecond) frames a second are not within 0.001 and 240")
    }
    do { scene = try DemoScene(width: width, height: height) } catch {
      throw .unreadable(path: "demo", reason: error.description)
    }
    self.framesPerSecond = framesPerSecond
    self.stop = stop
    description = "demo (a drawn face), \(width)x\(height) at \(FrameRate.text(framesPerSecond))"
  }

  /// The next frame, drawn while it is waited for. Never fails.
  public func next() throws(CaptureError) -> SourceEvent {
    if stop.isRaised { return .end }
    let seconds = Double(sequence) / framesPerSecond
    let frame = Frame(
      payload: .picture(scene.picture(atSeconds: seconds)), sequence: sequence, capturedAt: .now,
      presentationNanoseconds: FrameRate.nanoseconds(ofFrame: sequence, framesPerSecond: framesPerSecond))
    sequence += 1
    return .frame(frame)
  }
}
