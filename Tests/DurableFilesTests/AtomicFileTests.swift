import Foundation
import TestSupport
import Testing

@testable import DurableFiles

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
      // withUnsafeBytes's typed errors crash the compiler here (Swift 6.3.1).
      try ([1, 2, 3] as [UInt8]).withUnsafeBufferPointer { bytes throws(FileWriteError) in
        try AtomicFile.writeAll(UnsafeRawBufferPointer(bytes), to: descriptor, path: "report.html")
      }
    }
    #expect(FileWriteError.diskFull(path: "report.html").description.contains("the disk is full"))
  }

  @Test(arguments: ["", "a\0b"]) func refusesNamesThatAreNone(path: String) {
    #expect(throws: FileWriteError.self) { try AtomicFile.write("text", to: path) }
  }

  @Test func aFileAppearsOnlyWhenItIsComplete() throws {
    let folder = try TemporaryFolder()
    var file = try AtomicFile(path: folder.path("a.txt"))
    try file.write("hello ")
    #expect(!folder.exists("a.txt"))
    try file.write(Array("world".utf8))
    try file.commit()
    #expect(try folder.text("a.txt") == "hello world")
    #expect(try folder.names == ["a.txt"])
  }

  @Test func aFileThatIsGivenUpLeavesTheOldOne() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", as: "a.txt")
    do {
      var file = try AtomicFile(path: folder.path("a.txt"))
      try file.write([UInt8](repeating: 1, count: 1_000_000))
    }
    #expect(try folder.text("a.txt") == "old")
    #expect(try folder.names == ["a.txt"])
  }

  @Test func piecesAreWrittenInTheirOrder() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    var file = try AtomicFile(path: folder.path("a"))
    for start in stride(from: 0, to: bytes.count, by: 70_001) {
      try file.write(Array(bytes[start..<min(start + 70_001, bytes.count)]))
    }
    try file.commit()
    #expect(try folder.bytes("a") == Data(bytes))
  }

  @Test func aFullDiskIsReportedBeforeTheWork() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a")
    #expect(throws: FileWriteError.diskFull(path: path, neededBytes: 1 << 60)) {
      _ = try AtomicFile(path: path, expectedBytes: 1 << 60)
    }
    #expect(FileWriteError.diskFull(path: path, neededBytes: 3 << 20).description.contains("3 MiB"))
    #expect(try folder.names == [])
  }

  /// The temporary name is longer than the file's.
  @Test func namesMayBeAsLongAsTheFileSystemTakes() throws {
    let folder = try TemporaryFolder()
    let name = String(repeating: "é", count: 127)
    try AtomicFile.write("text", to: folder.path(name))
    #expect(try folder.names == [name])
  }
}
