import Capture
import Faces
import Foundation
import Imaging
import Logging
import Synchronization
import Testing

@testable import Pipeline

@Suite struct PipelineTests {
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  @Test func nothingIsLostWhereNothingMayBeLost() async throws {
    let frames = try (0..<50).map {
      SourceEvent.frame(try PipelineFixture.frame($0, luma: $0 < 25 ? 200 : 20))
    }
    let pipeline = Pipeline(
      settings: PipelineFixture.losslessSettings(), logger: logger, analyzer: PipelineFixture.analyzer()
    ) { _ in
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
    #expect(pipeline.status.source == .ended(reason: nil))
    #expect(pipeline.status.framesAnalysed == 50)
  }

  @Test(arguments: [nil, CaptureError.unreadable(path: "film.mp4", reason: "it is cut")])
  func theEndComesAfterTheLastFrameAndSaysWhy(failure: CaptureError?) async throws {
    let frame = try PipelineFixture.frame(0)
    let pipeline = Pipeline(
      settings: PipelineFixture.losslessSettings(), logger: logger, analyzer: PipelineFixture.analyzer()
    ) { _ in ScriptedSource([.frame(frame)], thenFailing: failure) }
    let seen = Mutex<[String]>([])
    let subscription = pipeline.frames.subscribe { _ in
      seen.withLock { $0.append("frame") }
    } whenEnded: {
      seen.withLock { $0.append("end") }
    }
    #expect(!pipeline.frames.hasEnded)
    #expect(pipeline.status.secondsSinceAnalysis == nil)
    pipeline.start()
    _ = await pipeline.waitUntilEnded()
    #expect(seen.withLock { $0 } == ["frame", "end"])
    #expect(pipeline.status.source == .ended(reason: failure?.description))
    #expect(pipeline.status.secondsSinceAnalysis != nil)
    // Whoever comes after it is told too.
    let late = pipeline.frames.subscribe { _ in
    } whenEnded: {
      seen.withLock { $0.append("late") }
    }
    #expect(seen.withLock { $0.last } == "late")
    withExtendedLifetime((subscription, late)) {}
  }

  @Test func namedPicturesStandForThemselves() async throws {
    let frames = [
      SourceEvent.frame(try PipelineFixture.frame(0, name: "a.jpg")),
      .frame(try PipelineFixture.frame(1, luma: 0, name: "b.jpg")),
    ]
    let pipeline = Pipeline(
      settings: PipelineFixture.losslessSettings(), logger: logger, analyzer: PipelineFixture.analyzer()
    ) { _ in
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
    let pipeline = Pipeline(
      settings: PipelineFixture.losslessSettings(), logger: logger, analyzer: PipelineFixture.analyzer()
    ) {
      (_) throws(CaptureError) in throw CaptureError.notFound(path: "/dev/video9")
    }
    pipeline.start()
    #expect(await pipeline.waitUntilEnded() == .failed(.notFound(path: "/dev/video9")))
  }

  @Test func aCameraThatComesBackIsTakenUpAgain() async throws {
    var settings = PipelineFixture.losslessSettings()
    settings.recovery = .reopen
    let opened = Atomic<Int>(0)
    let pipeline = Pipeline(settings: settings, logger: logger, analyzer: PipelineFixture.analyzer()) {
      (_) throws(CaptureError) in
      let attempt = opened.add(1, ordering: .relaxed).newValue
      let events: [SourceEvent]
      do { events = [.frame(try PipelineFixture.frame(UInt64(attempt)))] } catch {
        throw .notFound(path: "\(error)")
      }
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
    let pipeline = Pipeline(
      settings: PipelineFixture.losslessSettings(), logger: logger, analyzer: PipelineFixture.analyzer()
    ) { _ in
      ScriptedSource(events)
    }
    pipeline.start()
    _ = await pipeline.waitUntilEnded()
    #expect(pipeline.status.framesAnalysed == 2)
    #expect(pipeline.status.framesDropped == ["undecodable": 3, "short": 7])
  }

  @Test func paddedFramesAreShownAndEncodedAnew() async throws {
    let good = try JPEGEncoder().encode(
      Picture(width: 64, height: 64, subsampling: .yuv420, luma: 200), quality: 80)
    let padded = Array(good.dropLast(2)) + [UInt8](repeating: 0, count: 20) + [0xFF, 0xD9]
    var frames = [padded, good, padded, padded].enumerated().map { index, bytes in
      Frame(payload: .jpeg(bytes), sequence: UInt64(index), capturedAt: .now)
    }
    // An end that the camera did not send says nothing of what is before it.
    frames[3].lacksEnd = true
    let events = frames.map { SourceEvent.frame($0) }
    var settings = PipelineFixture.losslessSettings()
    settings.drawsOverlay = false
    let pipeline = Pipeline(settings: settings, logger: logger, analyzer: PipelineFixture.analyzer()) { _ in
      ScriptedSource(events)
    }
    let encoded = Mutex<[[UInt8]]>([])
    let subscription = pipeline.frames.subscribe { frame in encoded.withLock { $0.append(frame.jpeg) } }
    pipeline.start()
    _ = await pipeline.waitUntilEnded()
    subscription.cancel()
    #expect(pipeline.status.framesAnalysed == 3)
    #expect(pipeline.status.framesDropped == ["truncated": 1])
    let shown = encoded.withLock { $0 }
    try #require(shown.count == 3)
    #expect(shown[1] == good)
    // Whoever watches need not forgive what our decoder forgives.
    #expect(shown[0] != padded && shown[2] != padded)
    #expect(try JPEGDecoder().decode(shown[0]).width == 64)
  }

  @Test func whoComesAfterAnOutageIsSomebodyElse() async throws {
    var settings = PipelineFixture.losslessSettings()
    settings.recovery = .reopen
    // Each opening begins at time 0 of its own, as the demo does.
    let events = try (0..<3).map { SourceEvent.frame(try PipelineFixture.frame($0)) }
    let opened = Atomic<Int>(0)
    let pipeline = Pipeline(settings: settings, logger: logger, analyzer: PipelineFixture.analyzer()) { _ in
      let isFirst = opened.add(1, ordering: .relaxed).newValue == 1
      return ScriptedSource(
        events, thenFailing: isFirst ? CaptureError.deviceLost(path: "/dev/video0") : nil)
    }
    let identifiers = Mutex<[[UInt64]]>([])
    pipeline.labels.listen { record in identifiers.withLock { $0.append(record.faces.map(\.id)) } }
    pipeline.start()
    #expect(await pipeline.waitUntilEnded() == .finished)
    #expect(identifiers.withLock { $0 } == [[], [1], [1], [], [2], [2]])
  }

  @Test func placesInAPictureOfAnotherSizeAreOthers() async throws {
    let events = try [64, 64, 96, 96].enumerated().map { index, side in
      SourceEvent.frame(try PipelineFixture.frame(UInt64(index), side: side))
    }
    let pipeline = Pipeline(
      settings: PipelineFixture.losslessSettings(), logger: logger, analyzer: PipelineFixture.analyzer()
    ) { _ in ScriptedSource(events) }
    let identifiers = Mutex<[[UInt64]]>([])
    pipeline.labels.listen { record in identifiers.withLock { $0.append(record.faces.map(\.id)) } }
    pipeline.start()
    _ = await pipeline.waitUntilEnded()
    #expect(identifiers.withLock { $0 } == [[], [1], [], [2]])
  }

  @Test(.timeLimit(.minutes(1))) func aHigherRateOfAnalysisDoesNotWaitForTheOldOne() async throws {
    var settings = PipelineSettings()
    // The next analysis would be in a day.
    settings.analysisFramesPerSecond = 1e-5
    let payload = try PipelineFixture.frame(0).payload
    let pipeline = Pipeline(settings: settings, logger: logger, analyzer: PipelineFixture.analyzer()) {
      EndlessSource(payload, stop: $0, count: EndlessSource.Count())
    }
    var records = Received<LabelRecord>()
    pipeline.labels.listen(records.yield)
    pipeline.start()
    _ = try await records.next()
    pipeline.settings.analysisFramesPerSecond = 15
    _ = try await records.next()
    pipeline.stop()
    _ = await pipeline.waitUntilEnded()
  }

  @Test func stoppingEndsAWaitForACamera() async {
    var settings = PipelineFixture.losslessSettings()
    settings.recovery = .reopen
    settings.reopenSeconds = 3600...3600
    let pipeline = Pipeline(settings: settings, logger: logger, analyzer: PipelineFixture.analyzer()) {
      (_) throws(CaptureError) in throw CaptureError.notFound(path: "/dev/video0")
    }
    pipeline.start()
    pipeline.stop()
    #expect(await pipeline.waitUntilEnded() == .finished)
  }

  @Test func whoWatchesACameraThatIsAwaySeesWhy() async throws {
    var settings = PipelineSettings()
    settings.reopenSeconds = 3600...3600
    let pipeline = Pipeline(settings: settings, logger: logger, analyzer: PipelineFixture.analyzer()) {
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
