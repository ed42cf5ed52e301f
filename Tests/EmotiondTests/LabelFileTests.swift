import Foundation
import FoundationNetworking
import Publishing
import TestSupport
import Testing

@testable import emotiond

/// Files of labels hold whole lines, whatever happened to the program that wrote them.
@Suite(.serialized) struct LabelFileTests {
  private static func takeOver(_ path: String) throws {
    let descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC)
    defer { LineFile.close(descriptor) }
    try LineFile.takeOver(descriptor)
  }

  /// A process that was just begun has copies of the descriptors; until it runs its own program they stay open.
  @Test func aFileThatWasClosedIsFreeWhoeverHasACopyOfItsDescriptor() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array("{}\n".utf8), as: "labels")
    let descriptor = open(file, O_RDWR | O_APPEND | O_CLOEXEC)
    let copy = dup(descriptor)
    defer { close(copy) }
    try LineFile.takeOver(descriptor)
    #expect(throws: LineFile.Failure.inUse) { try Self.takeOver(file) }
    LineFile.close(descriptor)
    try Self.takeOver(file)
  }

  @Test func aPartOfALineIsCutOffWhereverItWasCut() throws {
    let folder = try TemporaryFolder()
    let lines = ["{\"a\":1}\n", "{\"b\":[2,3]}\n", "{}\n"]
    let text = Array(lines.joined().utf8)
    for length in 0...text.count {
      let file = try folder.write(Array(text[..<length]), as: "labels")
      try Self.takeOver(file)
      let left = try Array(Data(contentsOf: URL(filePath: file)))
      let whole = text[..<length].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      #expect(left == Array(text[..<whole]), "cut at \(length)")
    }
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000]) func aLongPartIsCutOff(count: Int) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      Array("{}\n".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: count), as: "labels")
    try Self.takeOver(file)
    #expect(try Array(Data(contentsOf: URL(filePath: file))) == Array("{}\n".utf8))
  }

  @Test func aFileHasOneWriter() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array("{}\n{".utf8), as: "labels")
    let first = open(file, O_RDWR | O_CLOEXEC)
    defer { close(first) }
    try LineFile.takeOver(first)
    // The first one is in the middle of a line.
    _ = Array("{\"half".utf8).withUnsafeBytes { pwrite(first, $0.baseAddress, $0.count, 3) }
    #expect(throws: LineFile.Failure.inUse) { try Self.takeOver(file) }
    #expect(try Data(contentsOf: URL(filePath: file)).count == 9)
  }

  @Test func whatIsNoFileIsLeftAlone() throws {
    try Self.takeOver("/dev/null")
  }

  /// Killed in the middle of writing, over and over; what stands there in the end are records and nothing else.
  @Test func labelsSurviveAKillAtAnyMoment() async throws {
    let folder = try TemporaryFolder()
    let file = folder.path("labels.ndjson")
    var lastCount = 0
    for round in 0..<3 {
      let daemon = try DaemonProcess([
        "run", "--source", "demo", "--listen", "127.0.0.1:0", "--labels", file,
      ])
      let address = try await daemon.address()
      try await Self.waitForRecords(10 + 3 * round, from: address)
      daemon.signal(SIGKILL)
      #expect(await daemon.waitForEnd().status == SIGKILL)
      // A kill between two pieces of a line, or a machine that stops, leaves a part of one.
      let handle = try FileHandle(forWritingTo: URL(filePath: file))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("{\"time\":\"2026-03-01T11:5".utf8))
      try handle.close()
    }
    let last = try DaemonProcess([
      "run", "--source", "demo", "--listen", "127.0.0.1:0", "--labels", file,
    ])
    try await Self.waitForRecords(5, from: last.address())
    last.signal(SIGTERM)
    #expect(await last.waitForEnd().status == 0)
    let data = try Data(contentsOf: URL(filePath: file))
    #expect(data.last == UInt8(ascii: "\n"))
    for line in data.split(separator: UInt8(ascii: "\n")) {
      let record = try #require(JSONSerialization.jsonObject(with: line) as? [String: Any])
      #expect(record["frame"] is Int)
      lastCount += 1
    }
    // Those that were analysed but not yet written when the kill came are lost, and no others.
    #expect(lastCount >= 30)
  }

  private static func waitForRecords(_ count: Int, from address: URL) async throws {
    while true {
      let (health, _) = try await URLSession.shared.data(from: address.appending(path: "healthz"))
      let state = try JSONSerialization.jsonObject(with: health) as? [String: Any]
      let frames = state?["frames"] as? [String: Any]
      if let analysed = frames?["analysed"] as? Int, analysed >= count { return }
    }
  }
}
