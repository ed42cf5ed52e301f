import Imaging
import Testing

@testable import Capture

@Suite struct PacedSourceTests {
  /// Frames due at given times, at once.
  private final class Timeline: FrameSource {
    let description = "timeline"
    let nominalFramesPerSecond: Double?
    private var due: [UInt64?]
    private var sequence: UInt64 = 0

    init(milliseconds: [UInt64?], framesPerSecond: Double?) {
      due = milliseconds.map { $0.map { $0 * 1_000_000 } }
      nominalFramesPerSecond = framesPerSecond
    }

    func next() throws(CaptureError) -> SourceEvent {
      guard !due.isEmpty else { return .end }
      defer { sequence += 1 }
      return .frame(
        Frame(
          payload: .jpeg([]), sequence: sequence, capturedAt: .now, presentationNanoseconds: due.removeFirst()
        ))
    }
  }

  private func play(_ source: any FrameSource) throws -> (frames: [Frame], dropped: UInt64) {
    var frames: [Frame] = []
    var dropped: UInt64 = 0
    while true {
      switch try source.next() {
      case .frame(let frame): frames.append(frame)
      case .dropped(let reason, let count):
        #expect(reason == .superseded)
        dropped += count
      case .idle: break
      case .end: return (frames, dropped)
      }
    }
  }

  @Test func noFrameComesBeforeItIsDue() throws {
    let timeline = Timeline(milliseconds: [0, 4, 8, 12, 16, 20], framesPerSecond: 250)
    let begin = MonotonicTime.now
    let (frames, dropped) = try play(PacedSource(timeline, stop: StopSignal()))
    #expect(UInt64(frames.count) + dropped == 6)
    for frame in frames {
      #expect(frame.capturedAt >= begin.advanced(byNanoseconds: frame.presentationNanoseconds ?? 0))
    }
  }

  @Test func whoWaitsForAFrameThatIsFarAwayHearsSo() throws {
    let source = PacedSource(
      Timeline(milliseconds: [0, 3_600_000], framesPerSecond: nil), stop: StopSignal())
    guard case .frame = try source.next(), case .idle = try source.next(), case .idle = try source.next()
    else {
      Issue.record("the second frame is an hour away")
      return
    }
  }

  @Test func maximumSpeedWaitsForNothing() throws {
    let hour: UInt64 = 3_600_000
    let timeline = Timeline(milliseconds: [0, hour, 2 * hour], framesPerSecond: nil)
    let (frames, dropped) = try play(PacedSource(timeline, speed: .maximum, stop: StopSignal()))
    #expect(frames.map(\.sequence) == [0, 1, 2])
    #expect(dropped == 0)
  }

  @Test func overdueFramesAreSkippedAndCounted() throws {
    // The second and third were due 700 ms before the first came.
    let timeline = Timeline(milliseconds: [700, 0, 0, 701], framesPerSecond: 2)
    let (frames, dropped) = try play(PacedSource(timeline, stop: StopSignal()))
    #expect(frames.map(\.sequence) == [0, 3])
    #expect(dropped == 2)
  }

  @Test func afterALongPauseTheTimelineBeginsAnew() throws {
    // The second was due an hour ago: it is shown at once, and the third 5 ms later instead of an hour ago.
    let timeline = Timeline(milliseconds: [3_600_000, 0, 5], framesPerSecond: 200)
    let (frames, dropped) = try play(PacedSource(timeline, stop: StopSignal()))
    #expect(frames.count + Int(dropped) == 3)
    #expect(frames.prefix(2).map(\.sequence) == [0, 1])
  }

  @Test(arguments: [0, 1e-300, -1, .nan, .infinity]) func senselessRatesDoNoHarm(rate: Double) throws {
    let timeline = Timeline(milliseconds: [700, 0, 0], framesPerSecond: rate)
    let (frames, dropped) = try play(PacedSource(timeline, stop: StopSignal()))
    #expect(UInt64(frames.count) + dropped <= 3)
    #expect(frames.first?.sequence == 0)
  }

  @Test func framesWithoutATimePassAsTheyCome() throws {
    let (frames, _) = try play(
      PacedSource(Timeline(milliseconds: [nil, nil], framesPerSecond: 1), stop: StopSignal()))
    #expect(frames.count == 2)
  }

  @Test func stopSignalEndsTheWait() throws {
    let stop = StopSignal()
    let paced = PacedSource(Timeline(milliseconds: [0, 3_600_000], framesPerSecond: 1), stop: stop)
    guard case .frame = try paced.next() else {
      Issue.record("the first frame is due at once")
      return
    }
    stop.raise()
    guard case .end = try paced.next() else {
      Issue.record("the second frame is due in an hour")
      return
    }
  }
}
