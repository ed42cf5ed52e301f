import Capture
import Faces
import Imaging
import Logging
import Pipeline
import Streaming
import Synchronization
import TestSupport
import Testing

/// A real pipeline behind the server: its camera rests until somebody comes, and takes its time to open.
@Suite(.timeLimit(.minutes(10)))
struct RestingCameraTests {
  /// Gives frames for as long as it is asked, a millisecond apart.
  private final class Camera: FrameSource {
    let description = "a camera"
    let nominalFramesPerSecond: Double? = nil
    private let picture: Picture
    private let stop: StopSignal
    private var sequence: UInt64 = 0

    init(_ picture: Picture, stop: StopSignal) {
      self.picture = picture
      self.stop = stop
    }

    func next() throws(CaptureError) -> SourceEvent {
      if stop.wait(until: .now.advanced(byNanoseconds: 1_000_000)) { return .end }
      sequence += 1
      return .frame(Frame(payload: .picture(picture), sequence: sequence, capturedAt: .now))
    }
  }

  private final class NoFaces: FaceDetector, EmotionClassifier {
    func detectFaces(in picture: Picture) throws(FaceError) -> [PixelRectangle] { [] }

    func classify(_ boxes: [PixelRectangle], in picture: Picture) -> [EmotionScores] { [] }
  }

  /// - Parameter gate: The camera opens when it is raised.
  private static func pipeline(opensAt gate: StopSignal) throws -> Pipeline {
    var settings = PipelineSettings()
    settings.device = "/dev/video0"
    settings.idle = .close
    settings.idleAfterSeconds = 0
    let picture = try Picture(width: 64, height: 48, subsampling: .yuv420, luma: 200)
    return Pipeline(
      settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      analyzer: FaceAnalyzer(detector: NoFaces(), classifier: NoFaces())
    ) { stop in
      gate.wait(until: .now.advanced(byNanoseconds: 300_000_000_000))
      return Camera(picture, stop: stop)
    }
  }

  @Test func aSnapshotIsThePictureAndNotThatTheCameraOpens() async throws {
    let gate = StopSignal()
    let pipeline = try Self.pipeline(opensAt: gate)
    pipeline.start()
    defer {
      gate.raise()
      pipeline.stop()
    }
    var configuration = HTTPServerConfiguration()
    configuration.snapshotTimeout = .seconds(3600)
    let server = HTTPServer(
      context: StreamingContext(
        frames: pipeline.frames, labels: pipeline.labels, status: { pipeline.status }),
      configuration: configuration)
    let port = try await server.start(at: ListenAddress("127.0.0.1:0")).port
    try await wait(seconds: 60, for: "a rest") { pipeline.status.camera.state == .idle }
    let client = try TestClient(port: port)
    try client.get("/snapshot.jpg")
    try await wait(seconds: 60, for: "an opening") { pipeline.status.source == .starting }
    // After the request, so that it was told of each notice before this.
    let notices = Atomic<Int>(0)
    let watcher = pipeline.frames.subscribe { if $0.isPlaceholder { notices.add(1, ordering: .relaxed) } }
    try await wait(seconds: 60, for: "a notice") { notices.load(ordering: .relaxed) > 0 }
    gate.raise()
    let (head, _) = try client.readResponse()
    #expect(head.status == 200)
    #expect(head["X-Emotiond-Placeholder"] == nil)
    watcher.cancel()
    await server.stop()
    pipeline.stop()
    #expect(await pipeline.waitUntilEnded() == .finished)
  }
}
