import Capture
import Foundation
import GRDB
import Logging
import TestSupport
import Testing

@testable import History

private let day: Int64 = 86_400_000

@Suite struct RetentionClockTests {
  /// A moment so many days after the start on the clock that nobody sets.
  private static func moment(_ days: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: UInt64((1000 + days * 86_400) * 1e9))
  }

  @Test func aClockThatIsRightIsBelieved() {
    var clock = RetentionClock()
    for days in 0..<100 {
      let now = 20_000 * day + Int64(days) * day
      #expect(clock.time(clock: now, at: Self.moment(Double(days)), newest: 20_000 * day - 1000) == now)
    }
  }

  @Test func aClockThatIsAheadCostsADayAtOnceAndOneForEachDay() {
    var clock = RetentionClock()
    let start = 20_000 * day
    // Whatever time went well before.
    for days in 0...40 {
      _ = clock.time(clock: start + Int64(days) * day, at: Self.moment(Double(days)), newest: start)
    }
    let jump = start + 40 * day
    #expect(clock.time(clock: jump + 3650 * day, at: Self.moment(40), newest: start) == jump + day)
    #expect(clock.time(clock: jump + 3651 * day, at: Self.moment(41), newest: start) == jump + 3 * day)
    #expect(clock.time(clock: jump + 2 * day, at: Self.moment(42), newest: start) == jump + 2 * day)
  }

  @Test func aClockThatIsAheadAtTheStartIsNotBelieved() {
    var clock = RetentionClock()
    #expect(clock.time(clock: 90_000 * day, at: Self.moment(0), newest: 20_000 * day) == 20_001 * day)
  }

  @Test func aLongPauseIsCaughtUpWith() {
    var clock = RetentionClock()
    let (last, start) = (20_000 * day, 20_010 * day)
    var time: Int64 = 0
    for hours in 0...(24 * 9) {
      let days = Double(hours) / 24
      time = clock.time(
        clock: start + Int64(days * 86_400_000), at: Self.moment(days), newest: last)
    }
    // Ten days behind, one of them believed at once.
    #expect(abs(time - (start + 9 * day)) < 1000)
  }

  @Test func aClockThatIsBehindIsBelieved() {
    var clock = RetentionClock()
    #expect(clock.time(clock: 10 * day, at: Self.moment(0), newest: 20_000 * day) == 10 * day)
    #expect(clock.time(clock: 20_000 * day, at: Self.moment(0.01), newest: nil) == 20_000 * day)
  }

  @Test func withoutRecordsThereIsNothingToProtect() {
    var clock = RetentionClock()
    #expect(clock.time(clock: 30_000 * day, at: Self.moment(0), newest: nil) == 30_000 * day)
    #expect(clock.time(clock: 30_000 * day, at: Self.moment(1), newest: 20_000 * day) == 20_001 * day)
    var damaged = RetentionClock()
    #expect(damaged.time(clock: 30_000 * day, at: Self.moment(0), newest: .max) == 30_000 * day)
    // From whatever comes of it the days of retention are subtracted.
    damaged = RetentionClock()
    #expect(damaged.time(clock: 30_000 * day, at: Self.moment(0), newest: .min) == day)
  }

  /// A history of 20 days, a record an hour; the clock is then set ten years ahead.
  @Test func aClockSetAheadLeavesTheHistoryAlone() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("history.sqlite")
    let start = 1_700_000_000.0
    var settings = HistorySettings(path: path)
    settings.intervalSeconds = 0
    settings.retentionDays = 0
    let writer = try HistoryWriter(
      settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    for hour in 0..<480 {
      writer.take(.labels(Sample.record([], second: start + Double(hour) * 3600)), camera: "door")
    }
    writer.finish(withinSeconds: 60)
    settings.retentionDays = 10
    var retention = HistoryRetention(settings)
    let queue = try HistoryDatabase.openForWriting(path)
    func count() throws -> Int? {
      try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM observation") }
    }
    let now = Date(timeIntervalSince1970: start + 480 * 3600)
    while try retention.removePiece(queue, wallClock: now, now: Self.moment(0)) {}
    let before = try #require(try count())
    #expect((240...241).contains(before))
    let wrong = now.addingTimeInterval(3650 * 86_400)
    while try retention.removePiece(queue, wallClock: wrong, now: Self.moment(0.01)) {}
    let after = try #require(try count())
    #expect(after >= before - 25, "a day's records, and not all of them: \(before), then \(after)")
  }

  /// What a clock that was ahead has written does not outlive what was written after it.
  @Test func whereThereIsTooMuchTheFirstWrittenGoesFirst() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("history.sqlite")
    var settings = HistorySettings(path: path)
    settings.intervalSeconds = 0
    settings.retentionDays = 0
    settings.maximumMegabytes = 1
    // Each part fits into the writer's queue.
    for part in 0..<4 {
      var unlimited = settings
      unlimited.maximumMegabytes = 0
      let writer = try HistoryWriter(
        settings: unlimited, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      for number in 0..<2000 {
        let ahead = part == 0 ? 1e9 : 0
        writer.take(
          .labels(
            Sample.record(
              (1...3).map { Sample.face($0, .anger) }, second: ahead + Double(part * 2000 + number))),
          camera: "door")
      }
      writer.finish(withinSeconds: 60)
    }
    let queue = try HistoryDatabase.openForWriting(path)
    var retention = HistoryRetention(settings)
    while try retention.removePiece(queue) {}
    let newest = try queue.read { try Int64.fetchOne($0, sql: "SELECT max(time) FROM observation") }
    #expect(newest == 7_999_000)
  }
}
