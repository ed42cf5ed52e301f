import Faces
import Foundation
import Logging
import Pipeline
import TestSupport
import Testing

@testable import History

@Suite struct HistoryReaderTests {
  private let folder: TemporaryFolder
  private let path: String

  /// A face each ten seconds for ten minutes, angry in every third record; nobody in every fourth.
  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("history.sqlite")
    var settings = HistorySettings(path: path)
    settings.intervalSeconds = 0
    settings.retentionDays = 0
    let writer = try HistoryWriter(
      settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    for number in 0..<60 {
      let face = Sample.face(UInt64(number), number % 3 == 0 ? .anger : .neutral)
      let record = Sample.record(number % 4 == 3 ? [] : [face], second: Double(number) * 10)
      writer.take(.labels(record), camera: "door")
    }
    writer.finish(withinSeconds: 60)
  }

  private func identifiers(_ configure: (inout HistoryQuery) -> Void = { _ in }) throws -> [Int64] {
    var query = HistoryQuery()
    configure(&query)
    var identifiers: [Int64] = []
    try HistoryReader(path: path).faces(query) {
      if case .integer(let face) = $0[5] { identifiers.append(face) }
    }
    return identifiers
  }

  @Test func partsAreAskedFor() throws {
    let all = (0..<60).filter { $0 % 4 != 3 }.map(Int64.init)
    #expect(try identifiers() == all)
    #expect(try identifiers { $0.limit = 5 } == all.suffix(5))
    #expect(try identifiers { $0.emotion = .anger } == all.filter { $0 % 3 == 0 })
    #expect(try identifiers { $0.emotion = .fear }.isEmpty)
    #expect(
      try identifiers {
        $0.sinceMilliseconds = 100_000
        $0.untilMilliseconds = 200_000
      } == all.filter { (10..<20).contains($0) })
    #expect(
      try identifiers {
        $0.untilMilliseconds = 200_000
        $0.emotion = .anger
        $0.limit = 2
        $0.camera = "door"
      } == [12, 18])
  }

  @Test func emotionsAreCountedByTime() throws {
    var rows: [[ReportValue]] = []
    try HistoryReader(path: path).summary(HistoryQuery(), bucketSeconds: 300) { rows.append($0) }
    #expect(rows.count == 2)
    #expect(
      rows.first == [
        .text("1970-01-01T00:00:00.000Z"), .text("door"), .integer(30), .integer(7), .integer(0), .integer(0),
        .integer(0), .integer(0), .integer(0), .integer(16),
      ])
    var query = HistoryQuery()
    query.emotion = .anger
    query.limit = 1
    rows = []
    try HistoryReader(path: path).summary(query, bucketSeconds: 300) { rows.append($0) }
    #expect(rows.count == 1)
    #expect(rows.first?.first == .text("1970-01-01T00:05:00.000Z"))
    #expect(rows.first?[2] == .integer(30), "all records count, also those of others")
    #expect(rows.first?.last == .integer(0))
  }

  /// Row by row: a row as it was when the reading began, whatever is written meanwhile.
  @Test func whoReadsIsNotDisturbedByWhoWrites() throws {
    let writer = try HistoryDatabase.openForWriting(path)
    var count = 0
    try HistoryReader(path: path).faces(HistoryQuery()) { _ in
      if count == 0 { try writer.write { try $0.execute(sql: "DELETE FROM observation") } }
      count += 1
    }
    #expect(count == 45)
    #expect(try identifiers().isEmpty)
  }

  @Test func timesAreReadAsPeopleWriteThem() {
    let now = Date(timeIntervalSince1970: 1_000_000)
    for (text, milliseconds) in [
      ("90s", 999_910_000), ("15m", 999_100_000), ("24h", 913_600_000), ("7d", 395_200_000),
      ("1970-01-02", 86_400_000), ("1970-01-01T00:00:01Z", 1000), ("1970-01-01T00:00:01.250Z", 1250),
      ("1970-01-01T01:00:00+01:00", 0),
    ] as [(String, Int64)] {
      #expect(HistoryTime.milliseconds(text, now: now) == milliseconds, "\(text)")
    }
    for text in [
      "", "x", "5", "m", "-5m", "0s", "1w", "9999999999999999999d", "99999999d", "2026-13-01", "yesterday",
      // A moment that says no zone is not its day's midnight.
      "2026-03-01T12:30:00", "2026-03-01 12:30", "2026-03-01T12:30:00Zx", "2026-03-01T", "2026-03-01 ",
    ] {
      #expect(HistoryTime.milliseconds(text, now: now) == nil, "\(text)")
    }
  }

  @Test func formatsAreWhatTheySay() throws {
    let layout = ReportLayout.events
    let row: [ReportValue] = [
      .text("t"), .text("a,\"b\"\n\u{1B}[2J"), .text("lost"), .none, .integer(-5), .flag(true),
    ]
    #expect(ReportFormat.csv.heading(layout) == "time,camera,state,reason,device,description\r\n")
    #expect(ReportFormat.csv.line(row, layout) == "t,\"a,\"\"b\"\"\n\u{1B}[2J\",lost,,-5,true\r\n")
    let json = ReportFormat.json.line(row, layout)
    #expect(json.count { $0 == "\n" } == 1)
    let object = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object["camera"] as? String == "a,\"b\"\n\u{1B}[2J")
    #expect(object["reason"] is NSNull)
    #expect(object["device"] as? Int == -5)
    let table = ReportFormat.table.line(row, layout)
    #expect(table.contains("a,\"b\"??[2J    lost"), "\(table)")
    #expect(!table.contains("\u{1B}"))
  }
}
