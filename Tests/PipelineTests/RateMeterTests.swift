import Capture
import Testing

@testable import Pipeline

@Suite struct RateMeterTests {
  @Test(arguments: [5.0, 30, 120]) func aSteadyRateIsFound(rate: Double) {
    var meter = RateMeter()
    var time = MonotonicTime(nanoseconds: 77_777_777_777)
    for _ in 0..<Int(rate * 10) {
      time = time.advanced(byNanoseconds: UInt64(1e9 / rate))
      meter.count(at: time)
    }
    #expect(abs(meter.rate(at: time) - rate) < rate * 0.04 + 0.3)
  }

  @Test func silenceBringsItToZero() {
    var meter = RateMeter()
    let start = MonotonicTime(nanoseconds: 1_000_000_000)
    meter.count(at: start)
    #expect(meter.rate(at: start) > 0)
    #expect(meter.rate(at: start.advanced(byNanoseconds: 60_000_000_000)) == 0)
  }

  @Test func nothingYetIsZero() {
    var meter = RateMeter()
    #expect(meter.rate(at: .now) == 0)
  }
}
