import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Publishing

@Suite struct LabelFileWriterTests {
  /// Keeps what is logged.
  private struct Log: LogHandler {
    final class Lines: Sendable {
      let all = Mutex<[String]>([])
    }
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.all.withLock { $0.append("\(event.level): \(event.message)") } }
  }

  private let log = Log.Lines()
  private var logger: Logger { Logger(label: "test") { [log] _ in Log(lines: log) } }

  @Test func everyRecordIsThereAtTheEnd() throws {
    let folder = try TemporaryFolder()
    let writer = try LabelFileWriter(
      settings: LabelFileSettings(path: folder.path("labels")), logger: logger)
    for number in 0..<500 { writer.write("{\"n\":\(number)}") }
    writer.finish(withinSeconds: 60)
    #expect(folder.lines("labels") == (0..<500).map { "{\"n\":\($0)}" })
    #expect(writer.status.written == 500)
    #expect(writer.status.isWorking)
    #expect(log.all.withLock { $0 }.isEmpty)
  }

  @Test(arguments: LabelFileSettings.Synchronization.allCases)
  func howOftenItIsSynchronizedChangesNothing(policy: LabelFileSettings.Synchronization) throws {
    let folder = try TemporaryFolder()
    var settings = LabelFileSettings(path: folder.path("labels"))
    settings.synchronization = policy
    let writer = try LabelFileWriter(settings: settings, logger: logger)
    for number in 0..<20 { writer.write("\(number)") }
    writer.finish(withinSeconds: 60)
    #expect(folder.lines("labels")?.count == 20)
  }

  /// The disk is full (/dev/full), and then it is not.
  @Test func aFullDiskIsWaitedForAndSaidOnce() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("labels")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
    var settings = LabelFileSettings(path: path)
    settings.retrySeconds = 0.01
    let writer = try LabelFileWriter(settings: settings, logger: logger)
    for number in 0..<10 { writer.write("\(number)") }
    try await wait { writer.status.failures >= 3 }
    #expect(!writer.status.isWorking)
    #expect(writer.status.problem?.contains("No space left") == true)
    for number in 10..<2000 { writer.write("\(number)") }
    try await wait { writer.status.dropped > 0 }
    try FileManager.default.removeItem(atPath: path)
    try await wait { writer.status.isWorking }
    writer.write("last")
    writer.finish(withinSeconds: 60)
    let lines = try #require(folder.lines("labels"))
    #expect(lines.last == "last")
    #expect(lines.count + Int(writer.status.dropped) == 2001, "each record is written or counted")
    let said = log.all.withLock { $0 }
    #expect(said.count { $0.contains("no records are written") } == 1)
    #expect(said.count { $0.contains("records are written again") } == 1)
  }

  @Test func aFilmEndsWhereNothingMayBeLost() async throws {
    var settings = LabelFileSettings(path: "/dev/full")
    settings.onFailure = .end
    let kept = Kept()
    let writer = try LabelFileWriter(settings: settings, logger: logger) { kept.set($0) }
    // More than fits into the queue: nobody waits for a writer that has ended.
    for number in 0..<3000 { writer.write("\(number)") }
    try await wait { kept.value != nil }
    #expect(kept.value == .system(call: "write", errno: ENOSPC))
    writer.finish(withinSeconds: 60)
  }

  private final class Kept: Sendable {
    private let failure = Mutex<LineFile.Failure?>(nil)
    var value: LineFile.Failure? { failure.withLock { $0 } }
    func set(_ value: LineFile.Failure) { failure.withLock { $0 = value } }
  }

  @Test func aFolderThatIsNotThereIsAMistake() {
    #expect(throws: LineFile.Failure.system(call: "open", errno: ENOENT)) {
      try LabelFileWriter(settings: LabelFileSettings(path: "/nowhere/labels"), logger: logger)
    }
  }
}
