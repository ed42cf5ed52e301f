import Pipeline
import Testing

@Suite struct LatencyHistogramTests {
  @Test func countsFallBelowTheirBounds() {
    var histogram = LatencyHistogram()
    for nanoseconds: UInt64 in [
      0, 1_000_000, 1_000_001, 33_000_000, 33_000_001, 2_500_000_000, 9_000_000_000,
    ] {
      histogram.record(nanoseconds: nanoseconds)
    }
    let bounds = LatencyHistogram.boundsSeconds
    #expect(bounds == bounds.sorted())
    #expect(histogram.counts.count == bounds.count + 1)
    #expect(histogram.counts[0] == 2)
    #expect(histogram.counts[1] == 1)
    #expect(histogram.counts[5] == 1)
    #expect(histogram.counts[6] == 1)
    #expect(histogram.counts[bounds.count - 1] == 1)
    #expect(histogram.counts.last == 1)
    #expect(histogram.counts.reduce(0, +) == histogram.count)
    #expect(abs(histogram.sumSeconds - 11.568000002) < 1e-9)
  }

  @Test func medianIsOfTheNewest() {
    var histogram = LatencyHistogram()
    #expect(histogram.recentMedianMilliseconds == nil)
    for _ in 0..<1000 { histogram.record(nanoseconds: 1_000_000_000) }
    for milliseconds in 1...64 { histogram.record(nanoseconds: UInt64(milliseconds) * 1_000_000) }
    #expect(histogram.recentMedianMilliseconds == 32)
    #expect(histogram.recent95thMilliseconds == 61)
    histogram.record(nanoseconds: 500_000_000)
    #expect(histogram.recentMedianMilliseconds == 33)
  }
}
