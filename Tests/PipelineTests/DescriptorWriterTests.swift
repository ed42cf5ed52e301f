import Foundation
import Glibc
import Synchronization
import Testing

@testable import Pipeline

@Suite struct DescriptorWriterTests {
  private static func makePipe() -> (read: Int32, write: Int32) {
    signal(SIGPIPE, SIG_IGN)
    var descriptors: [Int32] = [0, 0]
    #expect(pipe(&descriptors) == 0)
    return (descriptors[0], descriptors[1])
  }

  private static func readAll(_ descriptor: Int32) -> [UInt8] {
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count <= 0 { return result }
      result += chunk[..<count]
    }
  }

  @Test func everythingArrivesInOrderWhereTheWriterWaits() {
    let (readEnd, writeEnd) = Self.makePipe()
    let expected = (0..<500).map { index in [UInt8](repeating: UInt8(index % 251), count: 1000 + index) }
    let writer = DescriptorWriter(
      fileDescriptor: writeEnd, closesDescriptor: true, capacity: 3, onFailure: { _ in })
    Thread {
      for block in expected { writer.write(block, policy: .wait) }
      writer.finish(withinSeconds: 60)
    }.start()
    let received = Self.readAll(readEnd)
    close(readEnd)
    #expect(received == expected.flatMap(\.self))
    #expect(writer.droppedCount == 0)
  }

  @Test func aStoppedReaderHoldsUpNobody() {
    let (readEnd, writeEnd) = Self.makePipe()
    defer { close(readEnd) }
    let writer = DescriptorWriter(
      fileDescriptor: writeEnd, closesDescriptor: true, capacity: 4, onFailure: { _ in })
    // Far more than a pipe holds; nobody reads.
    for index in 0..<100 {
      writer.write([UInt8](repeating: UInt8(index), count: 50_000), policy: .dropOldest)
    }
    #expect(writer.droppedCount >= 90)
    writer.finish(withinSeconds: 0.01)
  }

  /// Writes a block that a pipe does not hold, and waits until the writing thread has it in hand.
  private static func occupy(_ writer: DescriptorWriter, _ readEnd: Int32) throws {
    writer.write(block(0), policy: .wait)
    var begun = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
    let ready = poll(&begun, 1, 60_000)
    try #require(ready == 1)
  }

  private static func block(_ value: UInt8) -> [UInt8] { [UInt8](repeating: value, count: 100_000) }

  @Test(arguments: [(3, [0, 2, 5, 6]), (1, [0, 2])] as [(Int, [UInt8])])
  func aBlockThatMayNotBeLostIsNotDroppedForOneThatMay(capacity: Int, kept: [UInt8]) throws {
    let (readEnd, writeEnd) = Self.makePipe()
    let writer = DescriptorWriter(
      fileDescriptor: writeEnd, closesDescriptor: true, capacity: capacity, onFailure: { _ in })
    try Self.occupy(writer, readEnd)
    if capacity > 1 { writer.write(Self.block(1), policy: .dropOldest) }
    writer.write(Self.block(2), policy: .wait)
    for value in 3..<7 as Range<UInt8> { writer.write(Self.block(value), policy: .dropOldest) }
    #expect(writer.droppedCount == (capacity > 1 ? 3 : 4))
    Thread { writer.finish(withinSeconds: 60) }.start()
    let received = Self.readAll(readEnd)
    close(readEnd)
    #expect(received == kept.flatMap(Self.block))
  }

  @Test(.timeLimit(.minutes(1))) func aCameraDoesNotWaitForTheReaderThatAFilmWaitsFor() async throws {
    let (readEnd, writeEnd) = Self.makePipe()
    defer { close(readEnd) }
    let writer = DescriptorWriter(
      fileDescriptor: writeEnd, closesDescriptor: true, capacity: 4, onFailure: { _ in })
    let payload = try PipelineFixture.frame(0).payload
    func pipeline(isLossless: Bool) -> Pipeline {
      var settings = PipelineSettings()
      settings.isLossless = isLossless
      settings.analysisFramesPerSecond = 1000
      return Pipeline(
        settings: settings, logger: PipelineFixture.logger, analyzer: PipelineFixture.analyzer()
      ) { EndlessSource(payload, stop: $0, count: EndlessSource.Count()) }
    }
    let (film, camera) = (pipeline(isLossless: true), pipeline(isLossless: false))
    let subscriptions = [
      film.labels.subscribe { _ in writer.write(Self.block(1), policy: .wait) },
      camera.labels.subscribe { _ in writer.write(Self.block(2), policy: .dropOldest) },
    ]
    var records = Received<LabelRecord>()
    camera.labels.listen(records.yield)
    film.start()
    camera.start()
    // Far more than wait for the reader, whom nobody plays.
    for _ in 0..<100 { _ = try await records.next() }
    #expect(camera.status.framesAnalysed >= 100)
    #expect(writer.droppedCount > 0)
    for pipeline in [film, camera] { pipeline.stop() }
    writer.finish(withinSeconds: 0.01)
    for pipeline in [film, camera] { _ = await pipeline.waitUntilEnded() }
    for subscription in subscriptions { subscription.cancel() }
  }

  @Test func aReaderThatGoesIsReportedOnce() async {
    let (readEnd, writeEnd) = Self.makePipe()
    close(readEnd)
    let (reports, continuation) = AsyncStream.makeStream(of: DescriptorWriter.Failure.self)
    let writer = DescriptorWriter(
      fileDescriptor: writeEnd, closesDescriptor: true, capacity: 4,
      onFailure: { continuation.yield($0) })
    writer.write([1], policy: .wait)
    var iterator = reports.makeAsyncIterator()
    #expect(await iterator.next() == .readerGone)
    // Whoever waits for space would wait for ever if the failure did not release him.
    for _ in 0..<20 { writer.write([2], policy: .wait) }
    writer.finish(withinSeconds: 5)
    continuation.finish()
    #expect(await iterator.next() == nil)
  }

  @Test func aFullDiskIsReported() async throws {
    let descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC)
    try #require(descriptor >= 0)
    let (reports, continuation) = AsyncStream.makeStream(of: DescriptorWriter.Failure.self)
    let writer = DescriptorWriter(
      fileDescriptor: descriptor, closesDescriptor: true, capacity: 4,
      onFailure: { continuation.yield($0) })
    writer.write([1], policy: .wait)
    var iterator = reports.makeAsyncIterator()
    #expect(await iterator.next() == .system(errno: ENOSPC))
    writer.finish(withinSeconds: 5)
  }
}
