import Foundation
import GRDB
import TestSupport
import Testing

@testable import History

/// The program is killed at any moment, over and over, while it writes labels and a history. What was once written for
/// good stays readable. `scripts/crash-test` does it many more times.
@Suite(.serialized) struct CrashSafetyTests {
  private static let rounds =
    ProcessInfo.processInfo.environment["EMOTIOND_TEST_CRASHES"].flatMap { Int($0) } ?? 4

  /// Hundredths of a second of processor time; without optimisation the first record comes after about 130.
  private static let startTicks: UInt64 = 200

  @Test func whatIsWrittenSurvivesAKillAtAnyMoment() async throws {
    let folder = try TemporaryFolder()
    let database = folder.path("history.sqlite")
    var generator = SplitMix(state: UInt64(Self.rounds))
    var (lines, observations) = (0, 0)
    for round in 0..<Self.rounds {
      let journal = Self.journal(of: database)
      let daemon = try DaemonProcess([
        "run", "--source", "demo", "--listen", "127.0.0.1:0", "--labels", folder.path("labels"), "--history",
        database, "--set", "history.interval_seconds=0", "--set", "output.labels_rotate_bytes=4096", "--set",
        "output.labels_sync=never", "--set",
        "output.labels_keep=1000", "--set", "faces.analysis_fps=240",
      ])
      // Every other time it is killed while it starts: when the database is being made or opened.
      let wanted = round % 2 == 0 ? lines + 1 + Int(generator.next() % 30) : lines
      try await Self.wait(daemon) {
        try FileManager.default.fileExists(atPath: database) && Self.lines(folder).count >= wanted
      }
      // With its first write into what an earlier kill has left, or wherever the start has come to by then.
      if round % 4 == 1 { try await Self.wait(daemon) { Self.journal(of: database) != journal } }
      if round % 4 == 3 {
        let ticks = Int(generator.next() % Self.startTicks)
        try await Self.wait(daemon) { daemon.processorTicks.map { $0 >= ticks } ?? true }
      }
      let seen = Self.committed(database)
      daemon.signal(SIGKILL)
      #expect(await daemon.waitForEnd().status == SIGKILL)

      let whole = try Self.lines(folder)
      #expect(whole.count >= lines, "no line is lost")
      lines = whole.count
      for line in whole {
        #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any], "\(line)")
      }
      let (integrity, count) = try Self.check(database)
      #expect(integrity == "ok")
      #expect(count >= max(seen, observations), "what was committed stays")
      observations = count
      try await Self.export(database, observations: count)
    }
    #expect(lines > 0)
    #expect(Self.rounds < 4 || observations > 0)
    let last = try DaemonProcess([
      "run", "--source", "demo", "--listen", "127.0.0.1:0", "--labels", folder.path("labels"), "--history",
      database, "--set", "history.interval_seconds=0",
    ])
    try await Self.wait(last) { Self.committed(database) > observations }
    last.signal(SIGTERM)
    let outcome = await last.waitForEnd()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.errors.contains("damaged"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(!names.contains { $0.contains("damaged") })
    // Closed in order, a database is one file.
    #expect(!names.contains("history.sqlite-wal"))
    // The last start cut off what the last kill left of a line.
    let text = try String(contentsOfFile: folder.path("labels"), encoding: .utf8)
    #expect(text.hasSuffix("\n"))
  }

  /// What changes with each write into a database.
  private static func journal(of database: String) -> [NSObject?] {
    let attributes = try? FileManager.default.attributesOfItem(atPath: "\(database)-wal")
    return [FileAttributeKey.size, .modificationDate].map { attributes?[$0] as? NSObject }
  }

  /// All whole lines, the oldest first; what stands behind the last line feed of the newest file is none.
  private static func lines(_ folder: TemporaryFolder) throws -> [String] {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
      .filter { $0.hasPrefix("labels") }
      .sorted { (Int($0.dropFirst(7)) ?? 0) > (Int($1.dropFirst(7)) ?? 0) }
    return files.flatMap { name -> [String] in
      // Gone where it was renamed just now.
      guard let data = try? Data(contentsOf: URL(filePath: folder.path(name))) else { return [] }
      let end = data.lastIndex(of: UInt8(ascii: "\n")) ?? data.startIndex
      return String(decoding: data[..<end], as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }

  /// Observations that another program can see now; 0 where there are no tables yet.
  private static func committed(_ path: String) -> Int {
    guard let queue = try? HistoryDatabase.openForReading(path) else { return 0 }
    return (try? queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM observation") }) ?? 0
  }

  private static func check(_ path: String) throws -> (integrity: String?, observations: Int) {
    let queue = try DatabaseQueue(path: path)
    return try queue.read { database in
      let integrity = try String.fetchOne(database, sql: "PRAGMA integrity_check")
      guard try database.tableExists("observation") else { return (integrity, 0) }
      return (integrity, try Int.fetchOne(database, sql: "SELECT count(*) FROM observation") ?? 0)
    }
  }

  /// Every row can be read, by the program itself.
  private static func export(_ path: String, observations: Int) async throws {
    guard observations > 0 else { return }
    let outcome = await DaemonProcess.run(["history", "--database", path, "--format", "json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let expected = try await DatabaseQueue(path: path).read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM face")
    }
    #expect(outcome.output.split(separator: "\n").count == expected)
    let summary = await DaemonProcess.run([
      "history", "--database", path, "--format", "json", "--summary", "36500d",
    ])
    #expect(summary.output.contains("\"records\":\(observations),"), "\(summary.output)\(summary.errors)")
  }

  private static func wait(_ daemon: DaemonProcess, until condition: () throws -> Bool) async throws {
    do {
      try await TestSupport.wait(
        seconds: DaemonProcess.patienceSeconds, for: "what the daemon writes", until: condition)
    } catch let error as ConditionNotMet {
      daemon.signal(SIGKILL)
      let outcome = await daemon.waitForEnd()
      throw DaemonProcess.Failure(description: "\(error): \(outcome.errors)")
    }
  }

  /// A seeded generator, so that a failure can be made again.
  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }
}
