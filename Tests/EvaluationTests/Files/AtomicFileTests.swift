import Foundation
import Testing

@testable import Evaluation

@Suite struct AtomicFileTests {
  @Test func writesAndReplacesAndLeavesNothingElse() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("first", to: "\(folder.path)/report.txt")
    try AtomicFile.write("second", to: "\(folder.path)/report.txt")
    #expect(try folder.text("report.txt") == "second")
    #expect(try folder.names == ["report.txt"])
  }

  @Test func writesContentThatNeedsManyCalls() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try AtomicFile.write(bytes, to: "\(folder.path)/large")
    #expect(try Data(contentsOf: URL(filePath: "\(folder.path)/large")) == Data(bytes))
  }

  @Test func namesTheMissingFolder() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/missing/report.txt"
    #expect(throws: FileWriteError.missingFolder(path: path)) { try AtomicFile.write("text", to: path) }
    #expect(FileWriteError.missingFolder(path: path).description.contains("create it first"))
  }

  @Test func aFileInThePlaceOfTheFolderIsNoFolder() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("text", to: "\(folder.path)/file")
    let path = "\(folder.path)/file/report.txt"
    #expect(throws: FileWriteError.missingFolder(path: path)) { try AtomicFile.write("text", to: path) }
  }

  @Test func doesNotReplaceFoldersAndDevices() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/taken", withIntermediateDirectories: false)
    #expect(throws: FileWriteError.notAFile(path: "\(folder.path)/taken", what: "a folder")) {
      try AtomicFile.write("text", to: "\(folder.path)/taken")
    }
    #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
    #expect(
      throws: FileWriteError.notAFile(path: "\(folder.path)/pipe", what: "a device, pipe or socket")
    ) { try AtomicFile.write("text", to: "\(folder.path)/pipe") }
    #expect(try folder.names == ["pipe", "taken"])
  }

  @Test func saysThatTheDiskIsFull() throws {
    // Every write to this device fails as on a full disk.
    let descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    #expect(throws: FileWriteError.diskFull(path: "report.html")) {
      try AtomicFile.writeAll([1, 2, 3], to: descriptor, path: "report.html")
    }
    #expect(FileWriteError.diskFull(path: "report.html").description.contains("the disk is full"))
  }

  @Test(arguments: ["", "a\0b"]) func refusesNamesThatAreNone(path: String) {
    #expect(throws: FileWriteError.self) { try AtomicFile.write("text", to: path) }
  }
}
