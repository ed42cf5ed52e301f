import Capture
import Foundation
import Imaging
import Synchronization
import Testing

@testable import Pipeline

/// What is told of a camera that goes and comes.
@Suite struct CameraStateTests {
  private static func settings() -> PipelineSettings {
    var settings = PipelineSettings()
    settings.device = "/dev/video0"
    settings.reopenSeconds = 0.001...0.002
    return settings
  }

  @Test func everyChangeIsARecord() async throws {
    let path = "/dev/video0"
    let frame = try PipelineFixture.frame(0)
    let failures: [CaptureError?] = [
      .notFound(path: path), .notFound(path: path), .notPermitted(path: path),
      .deviceBusy(path: path, holder: "ffmpeg (process 7)"), .noUsableFormat(path: path, offered: []),
      nil, .notFound(path: path), nil, nil, nil, .unreadable(path: path, reason: "nonsense"), nil,
    ]
    let endings: [CaptureError] = [
      .deviceLost(path: path), .stalled(path: path, seconds: 10),
      .systemCall(name: "VIDIOC_DQBUF", path: path, errno: EIO), .formatChanged(path: path),
      .differentCamera(path: path, found: "Other at usb-2", wanted: "Camera from usb-1"),
    ]
    let expected: [CameraState] = [
      .absent, .denied, .busy, .unusable, .running, .lost, .lost, .running, .frozen, .running, .broken,
      .running,
      .changed, .broken, .running, .lost,
    ]
    let attempts = Atomic<Int>(0)
    let runs = Atomic<Int>(0)
    let pipeline = Pipeline(
      settings: Self.settings(), logger: PipelineFixture.logger, analyzer: PipelineFixture.analyzer()
    ) { (stop) throws(CaptureError) in
      let attempt = attempts.add(1, ordering: .relaxed).oldValue
      guard attempt < failures.count else {
        // The test has seen what it wanted.
        stop.wait(until: .now.advanced(byNanoseconds: 3_600_000_000_000))
        throw .deviceLost(path: path)
      }
      if let failure = failures[attempt] { throw failure }
      let run = runs.add(1, ordering: .relaxed).oldValue
      return ScriptedSource([.frame(frame)], thenFailing: endings[run])
    }
    var received = Received<CameraRecord>()
    let yield = received.yield
    let subscription = pipeline.labels.subscribe { if case .camera(let record) = $0 { yield(record) } }
    pipeline.start()
    var records: [CameraRecord] = []
    while records.count < expected.count { records.append(try await received.next()) }
    #expect(records.map(\.state) == expected)
    #expect(records.allSatisfy { $0.device == path })
    #expect(records[2].reason?.contains("ffmpeg (process 7)") == true)
    #expect(records[4].reason == nil && records[4].description == "scripted")
    // Gone is one thing, not there when looked for another: both are told, and are one fault.
    #expect(records[5].reason != records[6].reason)
    let camera = pipeline.status.camera
    #expect(camera.device == path)
    #expect(camera.starts == 5)
    #expect(
      camera.faults == [
        "absent": 1, "denied": 1, "busy": 1, "unusable": 1, "lost": 2, "frozen": 1, "broken": 2, "changed": 1,
      ])
    #expect(camera.state == .lost)
    #expect(camera.lastOutageSeconds.map { $0 > 0 } == true)
    #expect(pipeline.labels.latestCamera == records.last)
    pipeline.stop()
    _ = await pipeline.waitUntilEnded()
    subscription.cancel()
  }

  @Test func whoIsToldOfAFaultFindsItInTheStatusToo() async throws {
    let frame = try PipelineFixture.frame(0)
    let pipeline = Pipeline(
      settings: Self.settings(), logger: PipelineFixture.logger, analyzer: PipelineFixture.analyzer()
    ) { _ in ScriptedSource([.frame(frame)], thenFailing: .deviceLost(path: "/dev/video0")) }
    var received = Received<(CameraState, PipelineStatus.SourceState)>()
    let yield = received.yield
    let subscription = pipeline.labels.subscribe { [unowned pipeline] in
      if case .camera(let record) = $0 { yield((record.state, pipeline.status.source)) }
    }
    pipeline.start()
    let (_, source) = try await received.first { $0.0 == .lost }
    guard case .waiting = source else {
      Issue.record("the status still said \(source)")
      return
    }
    pipeline.stop()
    _ = await pipeline.waitUntilEnded()
    subscription.cancel()
  }

  @Test func recordsHaveTheDocumentedForm() throws {
    let lost = CameraRecord(
      wallClockNanoseconds: 1_772_366_096_789_000_000, state: .lost,
      reason: "/dev/video0: the \"camera\" is gone",
      device: "/dev/video0")
    #expect(
      lost.json == #"{"time":"2026-03-01T11:54:56.789Z","camera":{"state":"lost","#
        + #""reason":"/dev/video0: the \"camera\" is gone","device":"/dev/video0"}}"#)
    let running = CameraRecord(
      wallClockNanoseconds: 0, state: .running, device: "0", description: "Webcam, 640x480")
    #expect(
      running.json == #"{"time":"1970-01-01T00:00:00.000Z","camera":{"state":"running","#
        + #""device":"0","description":"Webcam, 640x480"}}"#)
    #expect(try JSONSerialization.jsonObject(with: Data(lost.json.utf8)) is [String: Any])
  }

  @Test func aFilmHasNoCameraRecords() async throws {
    var settings = PipelineFixture.losslessSettings()
    settings.device = nil
    let frame = try PipelineFixture.frame(0)
    let pipeline = Pipeline(
      settings: settings, logger: PipelineFixture.logger, analyzer: PipelineFixture.analyzer()
    ) { _ in ScriptedSource([.frame(frame)], thenFailing: .unreadable(path: "film", reason: "cut")) }
    let records = Mutex<[LabelStreamRecord]>([])
    let subscription = pipeline.labels.subscribe { record in records.withLock { $0.append(record) } }
    pipeline.start()
    #expect(await pipeline.waitUntilEnded() == .failed(.unreadable(path: "film", reason: "cut")))
    subscription.cancel()
    #expect(records.withLock { $0.count } == 1)
    #expect(pipeline.status.camera == CameraStatus())
    #expect(pipeline.labels.latestCamera == nil)
  }

  @Test func withASupervisorTheFirstFaultEndsIt() async throws {
    var settings = Self.settings()
    settings.recovery = .end
    let frame = try PipelineFixture.frame(0)
    let pipeline = Pipeline(
      settings: settings, logger: PipelineFixture.logger, analyzer: PipelineFixture.analyzer()
    ) { _ in ScriptedSource([.frame(frame)], thenFailing: .deviceLost(path: "/dev/video0")) }
    pipeline.start()
    #expect(await pipeline.waitUntilEnded() == .failed(.deviceLost(path: "/dev/video0")))
    #expect(pipeline.labels.latestCamera?.state == .lost)
  }

  @Test func framesThatCannotBeDecodedAreAFaultAndAreShownAsOne() async throws {
    var settings = Self.settings()
    settings.undecodableSeconds = 0
    let count = EndlessSource.Count()
    let pipeline = Pipeline(
      settings: settings, logger: PipelineFixture.logger, analyzer: PipelineFixture.analyzer()
    ) { EndlessSource(.jpeg([0xFF, 0xD8, 1, 2, 3]), stop: $0, count: count) }
    var received = Received<CameraRecord>()
    let yield = received.yield
    let subscription = pipeline.labels.subscribe { if case .camera(let record) = $0 { yield(record) } }
    pipeline.start()
    let broken = try await received.first { $0.state == .broken }
    #expect(broken.reason?.contains("can be decoded") == true)
    // And is opened anew.
    _ = try await received.first { $0.state == .running }
    #expect(count.openings.load(ordering: .relaxed) >= 2)
    pipeline.stop()
    _ = await pipeline.waitUntilEnded()
    #expect(pipeline.status.framesDropped["undecodable"].map { $0 >= 10 } == true)
    subscription.cancel()
  }

  @Test func cutFramesAreCountedApart() async throws {
    let good = try JPEGEncoder().encode(
      Picture(width: 64, height: 64, subsampling: .yuv420, luma: 200), quality: 80)
    var cut = Frame(
      payload: .jpeg(Array(good[..<(good.count - 30)]) + [0xFF, 0xD9]), sequence: 0, capturedAt: .now)
    cut.lacksEnd = true
    var whole = Frame(payload: .jpeg(good), sequence: 1, capturedAt: .now)
    whole.lacksEnd = true
    let events = [SourceEvent.frame(cut), .frame(whole)]
    let pipeline = Pipeline(
      settings: PipelineFixture.losslessSettings(), logger: PipelineFixture.logger,
      analyzer: PipelineFixture.analyzer()
    ) { _ in ScriptedSource(events) }
    pipeline.start()
    _ = await pipeline.waitUntilEnded()
    #expect(pipeline.status.framesDropped == ["truncated": 1])
    #expect(pipeline.status.framesAnalysed == 1)
  }

  @Test func anOldPictureIsForgottenWithItsCamera() async throws {
    let frame = try PipelineFixture.frame(0)
    let opened = Atomic<Int>(0)
    let pipeline = Pipeline(
      settings: Self.settings(), logger: PipelineFixture.logger, analyzer: PipelineFixture.analyzer()
    ) { (stop) throws(CaptureError) in
      if opened.add(1, ordering: .relaxed).oldValue == 0 {
        return EndlessSource(frame.payload, stop: stop, count: EndlessSource.Count())
      }
      throw .notFound(path: "/dev/video0")
    }
    var received = Received<EncodedFrame>()
    var subscription = Optional(pipeline.frames.subscribe(received.yield))
    pipeline.start()
    _ = try await received.first { !$0.isPlaceholder }
    pipeline.reopenSource()
    let placeholder = try await received.first { $0.isPlaceholder }
    #expect(pipeline.frames.latest?.isPlaceholder == true)
    #expect(placeholder.width == 64)
    subscription = nil
    pipeline.stop()
    _ = await pipeline.waitUntilEnded()
    _ = subscription
  }
}
