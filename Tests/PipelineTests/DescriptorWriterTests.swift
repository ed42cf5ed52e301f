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
      fileDescriptor: writeEnd, closesDescriptor: true, capacity: 3, policy: .wait, onFailure: { _ in })
    Thread {
      for block in expected { writer.write(block) }
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
      fileDescriptor: writeEnd, closesDescriptor: true, capacity: 4, policy: .dropOldest, onFailure: { _ in })
    // Far more than a pipe holds; nobody reads.
    for index in 0..<100 { writer.write([UInt8](repeating: UInt8(index), count: 50_000)) }
    #expect(writer.droppedCount >= 90)
    writer.finish(withinSeconds: 0.01)
  }

  @Test func aReaderThatGoesIsReportedOnce() async {
    let (readEnd, writeEnd) = Self.makePipe()
    close(readEnd)
    let (reports, continuation) = AsyncStream.makeStream(of: DescriptorWriter.Failure.self)
    let writer = DescriptorWriter(
      fileDescriptor: writeEnd, closesDescriptor: true, capacity: 4, policy: .wait,
      onFailure: { continuation.yield($0) })
    writer.write([1])
    var iterator = reports.makeAsyncIterator()
    #expect(await iterator.next() == .readerGone)
    // Whoever waits for space would wait for ever if the failure did not release him.
    for _ in 0..<20 { writer.write([2]) }
    writer.finish(withinSeconds: 5)
    continuation.finish()
    #expect(await iterator.next() == nil)
  }

  @Test func aFullDiskIsReported() async throws {
    let descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC)
    try #require(descriptor >= 0)
    let (reports, continuation) = AsyncStream.makeStream(of: DescriptorWriter.Failure.self)
    let writer = DescriptorWriter(
      fileDescriptor: descriptor, closesDescriptor: true, capacity: 4, policy: .wait,
      onFailure: { continuation.yield($0) })
    writer.write([1])
    var iterator = reports.makeAsyncIterator()
    #expect(await iterator.next() == .system(errno: ENOSPC))
    writer.finish(withinSeconds: 5)
  }
}
