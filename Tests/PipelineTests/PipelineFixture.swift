import Capture
import Faces
import Imaging
import Logging
import Synchronization
import Testing

@testable import Pipeline

/// A source that a test scripts.
final class ScriptedSource: FrameSource {
  let description = "scripted"
  let nominalFramesPerSecond: Double? = nil
  private var events: [SourceEvent]
  private let failure: CaptureError?

  init(_ events: [SourceEvent], thenFailing failure: CaptureError? = nil) {
    self.events = events
    self.failure = failure
  }

  func next() throws(CaptureError) -> SourceEvent {
    if !events.isEmpty { return events.removeFirst() }
    if let failure { throw failure }
    return .end
  }
}

/// Finds a face wherever the picture's first pixel is bright.
final class BrightnessDetector: FaceDetector {
  func detectFaces(in picture: Picture) throws(FaceError) -> [PixelRectangle] {
    picture.luma(x: 0, y: 0) > 128 ? [PixelRectangle(x: 10, y: 10, width: 40, height: 40)] : []
  }
}

final class ConstantClassifier: EmotionClassifier {
  func classify(_ boxes: [PixelRectangle], in picture: Picture) -> [EmotionScores] {
    boxes.map { _ in EmotionScores([0, 0, 0, 0.9, 0.1, 0, 0]) }
  }
}

/// Gives frames for as long as it is asked, a millisecond apart, and counts how many of its kind are open.
final class EndlessSource: FrameSource {
  /// Who counts.
  final class Count: Sendable {
    let openings = Atomic<Int>(0)
    let open = Atomic<Int>(0)
  }

  let description = "endless"
  let nominalFramesPerSecond: Double? = nil
  private let stop: StopSignal
  private let count: Count
  private let payload: Frame.Payload
  private var sequence: UInt64 = 0

  init(_ payload: Frame.Payload, stop: StopSignal, count: Count) {
    self.payload = payload
    self.stop = stop
    self.count = count
    count.openings.add(1, ordering: .relaxed)
    count.open.add(1, ordering: .relaxed)
  }

  deinit { count.open.subtract(1, ordering: .relaxed) }

  func next() -> SourceEvent {
    if stop.wait(until: .now.advanced(byNanoseconds: 1_000_000)) { return .end }
    sequence += 1
    return .frame(Frame(payload: payload, sequence: sequence, capturedAt: .now))
  }
}

/// Values that a pipeline's threads hand to a test.
struct Received<Value: Sendable> {
  let yield: @Sendable (Value) -> Void
  private var iterator: AsyncStream<Value>.Iterator

  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: Value.self)
    yield = { continuation.yield($0) }
    iterator = stream.makeAsyncIterator()
  }

  mutating func next() async throws -> Value { try #require(await iterator.next()) }

  /// The first value that fulfils a condition; those before it are gone.
  mutating func first(where condition: (Value) -> Bool) async throws -> Value {
    while true {
      let value = try await next()
      if condition(value) { return value }
    }
  }
}

enum PipelineFixture {
  static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  static func analyzer() -> FaceAnalyzer {
    FaceAnalyzer(detector: BrightnessDetector(), classifier: ConstantClassifier())
  }

  static func frame(
    _ sequence: UInt64, luma: UInt8 = 200, side: Int = 64, name: String? = nil
  ) throws -> Frame {
    Frame(
      payload: .picture(try Picture(width: side, height: side, subsampling: .yuv420, luma: luma)),
      sequence: sequence, capturedAt: .now, presentationNanoseconds: sequence * 33_000_000, name: name)
  }

  static func losslessSettings() -> PipelineSettings {
    var settings = PipelineSettings()
    settings.isLossless = true
    settings.recovery = .end
    settings.reopenSeconds = 0.001...0.002
    return settings
  }
}
