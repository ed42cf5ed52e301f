import Faces
import Foundation
import GRDB
import Logging
import Pipeline
import TestSupport
import Testing

@testable import History

private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Writes records and closes the database.
private func write(
  _ records: [LabelStreamRecord], to path: String, camera: String = "door",
  _ configure: (inout HistorySettings) -> Void = { _ in }
) throws -> OutputStatus {
  var settings = HistorySettings(path: path)
  settings.intervalSeconds = 0
  settings.retentionDays = 0
  configure(&settings)
  let writer = try HistoryWriter(settings: settings, logger: logger)
  for record in records { writer.take(record, camera: camera) }
  writer.finish(withinSeconds: 60)
  return writer.status
}

private func faces(_ path: String, _ query: HistoryQuery = HistoryQuery()) throws -> [[ReportValue]] {
  var rows: [[ReportValue]] = []
  try HistoryReader(path: path).faces(query) { rows.append($0) }
  return rows
}

@Suite struct HistoryWriterTests {
  @Test func whatIsWrittenIsRead() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("history.sqlite")
    let face = Sample.face(3, .happiness, confidence: 0.94)
    let camera = CameraRecord(
      wallClockNanoseconds: 2_000_000_000, state: .lost, reason: "gone", device: "/dev/video0")
    let status = try write(
      [
        .labels(Sample.record([face, Sample.face(4, .fear, isUncertain: true)], second: 1.25, frame: 17)),
        .labels(Sample.record([], second: 2)), .camera(camera),
      ], to: path)
    #expect(status.written == 3)
    #expect(status.dropped == 0)
    let rows = try faces(path)
    #expect(rows.count == 2)
    #expect(
      rows.first?.prefix(13) == [
        .text("1970-01-01T00:00:01.250Z"), .text("door"), .integer(17), .integer(640), .integer(480),
        .integer(3), .integer(10), .integer(20), .integer(100), .integer(100), .text("happiness"),
        .fraction(Double(Float(0.94))), .flag(false),
      ])
    #expect(rows.first?.count == ReportLayout.faces.columns.count)
    #expect(rows.last?[12] == .flag(true))
    var events: [[ReportValue]] = []
    try HistoryReader(path: path).events(HistoryQuery()) { events.append($0) }
    #expect(
      events == [
        [
          .text("1970-01-01T00:00:02.000Z"), .text("door"), .text("lost"), .text("gone"),
          .text("/dev/video0"), .none,
        ]
      ])
  }

  @Test func theFilesAreTheOwnersAlone() throws {
    let folder = try TemporaryFolder()
    let writer = try HistoryWriter(settings: HistorySettings(path: folder.path("h")), logger: logger)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) {
      let mode = try FileManager.default.attributesOfItem(atPath: folder.path(name))[.posixPermissions]
      #expect(mode as? Int == 0o600, "\(name)")
    }
    writer.finish(withinSeconds: 60)
  }

  @Test func severalCamerasAndStartsShareADatabase() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("history.sqlite")
    for camera in ["door", "yard", "door"] {
      _ = try write([.labels(Sample.record([Sample.face(1, .anger)], second: 1))], to: path, camera: camera)
    }
    var query = HistoryQuery()
    #expect(try faces(path).count == 3)
    query.camera = "door"
    #expect(try faces(path, query).count == 2)
    query.camera = "attic"
    #expect(try faces(path, query).isEmpty)
  }

  @Test func recordsAreKeptApartInTime() throws {
    var sampling = HistorySampling(intervalSeconds: 1)
    func keeps(_ second: Double, _ camera: String = "door") -> Bool {
      sampling.keeps(.labels(Sample.record([], second: second)), camera: camera)
    }
    #expect(keeps(10) == true)
    #expect(!keeps(10.5))
    #expect(keeps(10.5, "yard") == true)
    #expect(keeps(11) == true)
    #expect(keeps(5), "the clock was set back")
    let event = CameraRecord(wallClockNanoseconds: 0, state: .idle, device: "d")
    #expect(sampling.keeps(.camera(event), camera: "door") == true)
    #expect(sampling.keeps(.camera(event), camera: "door") == true)
  }

  @Test func whatIsTooOldIsRemoved() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("history.sqlite")
    let now = Date().timeIntervalSince1970
    let records = (0..<5000).map { number in
      LabelStreamRecord.labels(
        Sample.record([Sample.face(1, .anger)], second: now - Double(4999 - number) * 86_400 / 100))
    }
    for start in stride(from: 0, to: 5000, by: 1000) {
      _ = try write(Array(records[start..<start + 1000]), to: path)
    }
    let queue = try HistoryDatabase.openForWriting(path)
    var settings = HistorySettings(path: path)
    settings.retentionDays = 10
    var retention = HistoryRetention(settings)
    var pieces = 0
    while try retention.removePiece(queue) { pieces += 1 }
    #expect(pieces == 2, "4000 records, 2000 at a time")
    let left = try faces(path).count
    #expect((999...1000).contains(left))
    let orphans = try queue.read {
      try Int.fetchOne(
        $0, sql: "SELECT count(*) FROM face WHERE observation_id NOT IN (SELECT id FROM observation)")
    }
    #expect(orphans == 0)
  }

  @Test func theOldestGoesWhereThereIsTooMuch() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("history.sqlite")
    for start in stride(from: 0, to: 8000, by: 2000) {
      _ = try write(
        (start..<start + 2000).map {
          .labels(Sample.record((1...3).map { Sample.face($0, .anger) }, second: Double($0)))
        }, to: path)
    }
    let queue = try HistoryDatabase.openForWriting(path)
    let before = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    #expect(before > 2_000_000)
    var settings = HistorySettings(path: path)
    settings.retentionDays = 0
    settings.maximumMegabytes = 1
    var retention = HistoryRetention(settings)
    while try retention.removePiece(queue) {}
    try queue.close()
    let after = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    #expect(after <= 1_100_000, "pages are given back: \(before) bytes, then \(after)")
    let rows = try faces(path)
    #expect(!rows.isEmpty)
    #expect(rows.last?.first == .text("1970-01-01T02:13:19.000Z"), "the newest stays")
  }
}
