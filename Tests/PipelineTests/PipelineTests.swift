import Capture
import Faces
import Foundation
import Imaging
import Logging
import Synchronization
import Testing

@testable import Pipeline

/// A source that a test scripts.
private final class ScriptedSource: FrameSource {
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
private final class BrightnessDetector: FaceDetector {
  func detectFaces(in picture: Picture) throws(FaceError) -> [PixelRectangle] {
    picture.luma(x: 0, y: 0) > 128 ? [PixelRectangle(x: 10, y: 10, width: 40, height: 40)] : []
  }
}

private final class ConstantClassifier: EmotionClassifier {
  func classify(_ boxes: [PixelRectangle], in picture: Picture) -> [EmotionScores] {
    boxes.map { _ in EmotionScores([0, 0, 0, 0.9, 0.1, 0, 0]) }
  }
}

private func analyzer() -> FaceAnalyzer {
  FaceAnalyzer(detector: BrightnessDetector(), classifier: ConstantClassifier())
}

private func frame(_ sequence: UInt64, luma: UInt8 = 200, name: String? = nil) throws -> Frame {
  Frame(
    payload: .picture(try Picture(width: 64, height: 64, subsampling: .yuv420, luma: luma)),
    sequence: sequence, capturedAt: .now, presentationNanoseconds: sequence * 33_000_000, name: name)
}

private func losslessSettings() -> PipelineSettings {
  var settings = PipelineSettings()
  settings.isLossless = true
  settings.recovery = .end
  settings.reopenSeconds = 0.001...0.002
  return settings
}

@Suite struct PipelineTests {
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  @Test func nothingIsLostWhereNothingMayBeLost() async throws {
    let frames = try (0..<50).map { SourceEvent.frame(try frame($0, luma: $0 < 25 ? 200 : 20)) }
    let pipeline = Pipeline(settings: losslessSettings(), logger: logger, analyzer: analyzer()) { _ in
      ScriptedSource(frames)
    }
    let records = Mutex<[LabelRecord]>([])
    let encoded = Mutex<[UInt64]>([])
    pipeline.labels.listen { record in records.withLock { $0.append(record) } }
    let subscription = pipeline.frames.subscribe { frame in encoded.withLock { $0.append(frame.sequence) } }
    pipeline.start()
    #expect(await pipeline.waitUntilEnded() == .finished)
    subscription.cancel()
    let seen = records.withLock { $0 }
    #expect(seen.map(\.frame) == Array(0..<50))
    #expect(encoded.withLock { $0 } == Array(0..<50))
    // Confirmed by the second frame, followed until it is gone for longer than the tracker waits.
    #expect(seen[0].faces.isEmpty)
    #expect(seen[1...24].allSatisfy { $0.faces.map(\.emotion) == [.happiness] && $0.faces.map(\.id) == [1] })
    #expect(seen[49].faces.isEmpty)
    #expect(pipeline.status.source == .ended)
    #expect(pipeline.status.framesAnalysed == 50)
  }

  @Test func namedPicturesStandForThemselves() async throws {
    let frames = [
      SourceEvent.frame(try frame(0, name: "a.jpg")), .frame(try frame(1, luma: 0, name: "b.jpg")),
    ]
    let pipeline = Pipeline(settings: losslessSettings(), logger: logger, analyzer: analyzer()) { _ in
      ScriptedSource(frames)
    }
    let records = Mutex<[LabelRecord]>([])
    pipeline.labels.listen { record in records.withLock { $0.append(record) } }
    pipeline.start()
    _ = await pipeline.waitUntilEnded()
    #expect(records.withLock { $0.map(\.file) } == ["a.jpg", "b.jpg"])
    #expect(records.withLock { $0.map(\.faces.count) } == [1, 0])
  }

  @Test func aFailingSourceEndsThePipelineWhereItShould() async {
    let pipeline = Pipeline(settings: losslessSettings(), logger: logger, analyzer: analyzer()) {
      (_) throws(CaptureError) in throw CaptureError.notFound(path: "/dev/video9")
    }
    pipeline.start()
    #expect(await pipeline.waitUntilEnded() == .failed(.notFound(path: "/dev/video9")))
  }

  @Test func aCameraThatComesBackIsTakenUpAgain() async throws {
    var settings = losslessSettings()
    settings.recovery = .reopen
    let opened = Atomic<Int>(0)
    let pipeline = Pipeline(settings: settings, logger: logger, analyzer: analyzer()) {
      (_) throws(CaptureError) in
      let attempt = opened.add(1, ordering: .relaxed).newValue
      let events: [SourceEvent]
      do { events = [.frame(try frame(UInt64(attempt)))] } catch { throw .notFound(path: "\(error)") }
      switch attempt {
      case 1: return ScriptedSource(events, thenFailing: .deviceLost(path: "/dev/video0"))
      case 2, 3: throw .notFound(path: "/dev/video0")
      default: return ScriptedSource(events)
      }
    }
    let seen = Mutex<[UInt64]>([])
    pipeline.labels.listen { record in seen.withLock { $0.append(record.frame) } }
    pipeline.start()
    #expect(await pipeline.waitUntilEnded() == .finished)
    #expect(opened.load(ordering: .relaxed) == 4)
    #expect(seen.withLock { $0 } == [1, 4])
  }

  @Test func damagedFramesAreDroppedAndCounted() async throws {
    let good = try JPEGEncoder().encode(
      Picture(width: 64, height: 64, subsampling: .yuv420, luma: 200), quality: 80)
    let payloads = [good, Array(good[..<100]), Array("nonsense".utf8), [], good]
    let frames = payloads.enumerated().map { index, bytes in
      SourceEvent.frame(Frame(payload: .jpeg(bytes), sequence: UInt64(index), capturedAt: .now))
    }
    let events = frames + [.dropped(reason: .short, count: 7)]
    let pipeline = Pipeline(settings: losslessSettings(), logger: logger, analyzer: analyzer()) { _ in
      ScriptedSource(events)
    }
    pipeline.start()
    _ = await pipeline.waitUntilEnded()
    #expect(pipeline.status.framesAnalysed == 2)
    #expect(pipeline.status.framesDropped == ["undecodable": 3, "short": 7])
  }

  @Test func stoppingEndsAWaitForACamera() async {
    var settings = losslessSettings()
    settings.recovery = .reopen
    settings.reopenSeconds = 3600...3600
    let pipeline = Pipeline(settings: settings, logger: logger, analyzer: analyzer()) {
      (_) throws(CaptureError) in throw CaptureError.notFound(path: "/dev/video0")
    }
    pipeline.start()
    pipeline.stop()
    #expect(await pipeline.waitUntilEnded() == .finished)
  }

  @Test func whoWatchesACameraThatIsAwaySeesWhy() async throws {
    var settings = PipelineSettings()
    settings.reopenSeconds = 3600...3600
    let pipeline = Pipeline(settings: settings, logger: logger, analyzer: analyzer()) {
      (_) throws(CaptureError) in throw CaptureError.notFound(path: "/dev/video0")
    }
    let (frames, continuation) = AsyncStream.makeStream(of: EncodedFrame.self)
    let subscription = pipeline.frames.subscribe { continuation.yield($0) }
    pipeline.start()
    var iterator = frames.makeAsyncIterator()
    let placeholder = try #require(await iterator.next())
    #expect(placeholder.isPlaceholder)
    let picture = try JPEGDecoder().decode(placeholder.jpeg)
    #expect((picture.width, picture.height) == (640, 480))
    guard case .waiting(let reason) = pipeline.status.source else {
      Issue.record("the status does not say that the camera is waited for")
      return
    }
    #expect(reason.contains("/dev/video0"))
    pipeline.stop()
    _ = await pipeline.waitUntilEnded()
    subscription.cancel()
  }
}
