import Capture
import Imaging
import Synchronization
import Testing

@testable import Pipeline

/// What a camera does while nobody watches.
@Suite struct IdleTests {
  private static func pipeline(
    _ policy: PipelineSettings.IdlePolicy, _ count: EndlessSource.Count
  ) throws -> Pipeline {
    var settings = PipelineSettings()
    settings.device = "/dev/video0"
    settings.idle = policy
    settings.idleAfterSeconds = 0
    let payload = try PipelineFixture.frame(0).payload
    return Pipeline(
      settings: settings, logger: PipelineFixture.logger, analyzer: PipelineFixture.analyzer()
    ) { EndlessSource(payload, stop: $0, count: count) }
  }

  private static func states(_ pipeline: Pipeline) -> (Received<CameraState>, LabelHub.Subscription) {
    let received = Received<CameraState>()
    let yield = received.yield
    let subscription = pipeline.labels.subscribe(isConsumer: false) {
      if case .camera(let record) = $0 { yield(record.state) }
    }
    return (received, subscription)
  }

  @Test func theCameraIsOpenWhileSomebodyWatchesAndOnlyThen() async throws {
    let count = EndlessSource.Count()
    let pipeline = try Self.pipeline(.close, count)
    var (states, subscription) = Self.states(pipeline)
    pipeline.start()
    #expect(try await states.next() == .idle)
    #expect(count.openings.load(ordering: .relaxed) == 0)
    guard case .waiting(let reason) = pipeline.status.source else {
      Issue.record("the status does not say that it rests")
      return
    }
    #expect(reason.contains("nobody watches"))
    for round in 1...3 {
      var frames = Received<EncodedFrame>()
      let viewer = pipeline.frames.subscribe(frames.yield)
      let frame = try await frames.first { !$0.isPlaceholder }
      #expect(frame.width == 64)
      #expect(try await states.next() == .running)
      viewer.cancel()
      #expect(try await states.next() == .idle)
      #expect(count.openings.load(ordering: .relaxed) == round)
      #expect(count.open.load(ordering: .relaxed) == 0)
    }
    pipeline.stop()
    #expect(await pipeline.waitUntilEnded() == .finished)
    #expect(pipeline.status.camera.faults.isEmpty)
    subscription.cancel()
  }

  @Test func whoTakesLabelsIsSomebody() async throws {
    let count = EndlessSource.Count()
    let pipeline = try Self.pipeline(.close, count)
    var (states, subscription) = Self.states(pipeline)
    pipeline.start()
    #expect(try await states.next() == .idle)
    let consumer = pipeline.labels.subscribe { _ in }
    #expect(try await states.next() == .running)
    consumer.cancel()
    #expect(try await states.next() == .idle)
    // And who asks for the newest label: for a while.
    pipeline.settings.idleAfterSeconds = 3600
    _ = pipeline.labels.latest
    #expect(try await states.next() == .running)
    pipeline.settings.idleAfterSeconds = 0
    #expect(try await states.next() == .idle)
    pipeline.stop()
    _ = await pipeline.waitUntilEnded()
    subscription.cancel()
  }

  @Test func aSlowedCameraStaysOpenAndShowsNoOldFrame() async throws {
    let count = EndlessSource.Count()
    let pipeline = try Self.pipeline(.slow, count)
    var (states, subscription) = Self.states(pipeline)
    pipeline.start()
    #expect(try await states.next() == .running)
    for _ in 0..<3 {
      var frames = Received<EncodedFrame>()
      let viewer = pipeline.frames.subscribe(frames.yield)
      _ = try await frames.next()
      _ = try await frames.next()
      viewer.cancel()
    }
    #expect(count.openings.load(ordering: .relaxed) == 1)
    pipeline.stop()
    _ = await pipeline.waitUntilEnded()
    subscription.cancel()
  }

  @Test(.timeLimit(.minutes(1))) func aSlowedCameraRestsAfterFramesOnly() async throws {
    var settings = PipelineSettings()
    settings.device = "/dev/video0"
    settings.idle = .slow
    settings.idleAfterSeconds = 0
    let frame = try PipelineFixture.frame(0)
    // Half a second of rest each would be eight minutes.
    let drops = Array(repeating: SourceEvent.dropped(reason: .superseded, count: 1), count: 1000)
    let pipeline = Pipeline(
      settings: settings, logger: PipelineFixture.logger, analyzer: PipelineFixture.analyzer()
    ) { _ in ScriptedSource([.frame(frame)] + drops + [.frame(frame)]) }
    pipeline.start()
    #expect(await pipeline.waitUntilEnded() == .finished)
    #expect(pipeline.status.framesCaptured == 2)
  }

  @Test func aCameraThatIsKeptGoesOnForNobody() async throws {
    let count = EndlessSource.Count()
    let pipeline = try Self.pipeline(.keep, count)
    var (states, subscription) = Self.states(pipeline)
    pipeline.start()
    #expect(try await states.next() == .running)
    pipeline.stop()
    _ = await pipeline.waitUntilEnded()
    #expect(count.openings.load(ordering: .relaxed) == 1)
    subscription.cancel()
  }

  @Test func stoppingEndsARest() async throws {
    let pipeline = try Self.pipeline(.close, EndlessSource.Count())
    var (states, subscription) = Self.states(pipeline)
    pipeline.start()
    #expect(try await states.next() == .idle)
    pipeline.stop()
    #expect(await pipeline.waitUntilEnded() == .finished)
    subscription.cancel()
  }

  @Test func demandCountsComingAndLeaving() {
    let demand = Demand()
    #expect(!demand.isPresent(withinSeconds: 1000))
    demand.consumerCame()
    #expect(demand.signal.clear())
    #expect(demand.isPresent(withinSeconds: 0))
    demand.consumerCame()
    demand.consumerLeft()
    #expect(demand.isPresent(withinSeconds: 0))
    demand.consumerLeft()
    #expect(!demand.isPresent(withinSeconds: 0))
    #expect(demand.isPresent(withinSeconds: 1000))
  }
}
