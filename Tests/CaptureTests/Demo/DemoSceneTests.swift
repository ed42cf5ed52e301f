import Imaging
import Testing

@testable import Capture

@Suite struct DemoSceneTests {
  @Test func everyFrameIsAlwaysTheSame() throws {
    let one = try DemoScene(width: 160, height: 120)
    let other = try DemoScene(width: 160, height: 120)
    for seconds in [0, 1.25, 9.5, 27.9] {
      let picture = one.picture(atSeconds: seconds)
      _ = other.picture(atSeconds: seconds + 3)
      #expect(picture.samples == other.picture(atSeconds: seconds).samples)
    }
  }

  @Test func sceneRepeats() throws {
    let scene = try DemoScene(width: 160, height: 120)
    #expect(
      scene.picture(atSeconds: 2).samples == scene.picture(atSeconds: 2 + DemoScene.cycleSeconds).samples)
  }

  @Test func everyExpressionHasItsTurnAndItsFace() throws {
    let scene = try DemoScene(width: 160, height: 120)
    let moments = stride(from: 3.5, to: DemoScene.cycleSeconds, by: 4)
    #expect(moments.map { DemoScene.expression(atSeconds: $0) } == DemoExpression.allCases)
    #expect(moments.allSatisfy { DemoScene.isSettled(atSeconds: $0) })
    #expect(Set(moments.map { scene.picture(atSeconds: $0).samples }).count == DemoExpression.allCases.count)
  }

  @Test func movementIsSmooth() throws {
    let scene = try DemoScene(width: 160, height: 120)
    var previous = scene.picture(atSeconds: 0).samples
    // Through a change of expression and a blink.
    for frame in 1..<150 {
      let samples = scene.picture(atSeconds: Double(frame) / 30).samples
      let change = zip(previous, samples).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
      #expect(change < samples.count * 3)
      previous = samples
    }
  }

  @Test(arguments: [(64, 64), (97, 131), (1, 1), (2, 300), (641, 33)])
  func anySizeIsDrawn(width: Int, height: Int) throws {
    let picture = try DemoScene(width: width, height: height).picture(atSeconds: 5)
    #expect(picture.width == width)
    #expect(picture.height == height)
  }

  @Test func sourceCountsItsFramesAndStops() throws {
    let stop = StopSignal()
    let source = try DemoSource(width: 64, height: 64, framesPerSecond: 10, stop: stop)
    for number in 0..<3 {
      guard case .frame(let frame) = try source.next() else {
        Issue.record("the demo never ends")
        return
      }
      #expect(frame.sequence == UInt64(number))
      #expect(frame.presentationNanoseconds == UInt64(number) * 100_000_000)
    }
    stop.raise()
    guard case .end = try source.next() else {
      Issue.record("the demo was stopped")
      return
    }
  }

  @Test(arguments: [
    (0, 64, 30.0), (64, 10, 30), (1 << 40, 64, 30), (64, 64, 0), (64, 64, .nan), (64, 64, 1e9),
  ])
  func sizesAndRatesOutOfBoundsAreRefused(width: Int, height: Int, rate: Double) {
    #expect(throws: CaptureError.self) {
      try DemoSource(width: width, height: height, framesPerSecond: rate, stop: StopSignal())
    }
  }
}
