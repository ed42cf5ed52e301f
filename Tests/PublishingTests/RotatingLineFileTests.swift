import Foundation
import TestSupport
import Testing

@testable import Publishing

@Suite struct RotatingLineFileTests {
  private static func line(_ number: Int) -> [UInt8] { Array("{\"n\":\(number + 1000)}\n".utf8) }

  /// Ten bytes a line: three lines a file.
  private static func append(_ numbers: Range<Int>, to folder: TemporaryFolder, kept: Int) throws {
    var file = RotatingLineFile(path: folder.path("labels"), maximumBytes: 35, keptFiles: kept)
    for number in numbers { try file.append(line(number)) }
  }

  private static func numbers(_ folder: TemporaryFolder, _ names: [String]) -> [Int] {
    names.flatMap { folder.lines($0) ?? [] }.compactMap { $0.firstMatch(of: /\d+/).map { Int($0.0)! - 1000 } }
  }

  @Test func fullFilesArePutAwayAndTheOldestIsRemoved() throws {
    let folder = try TemporaryFolder()
    try Self.append(0..<14, to: folder, kept: 3)
    #expect(Self.numbers(folder, ["labels.3", "labels.2", "labels.1", "labels"]) == Array(3..<14))
    #expect(folder.lines("labels.4") == nil)
    #expect(Self.numbers(folder, ["labels"]) == [12, 13])
  }

  @Test func whoComesBackGoesOn() throws {
    let folder = try TemporaryFolder()
    for number in 0..<14 { try Self.append(number..<number + 1, to: folder, kept: 9) }
    #expect(
      Self.numbers(folder, (1...4).reversed().map { "labels.\($0)" } + ["labels"]) == Array(0..<14))
  }

  /// A kill between two renames leaves a number free: nothing is lost by it.
  @Test(arguments: 1...3) func aMissingNumberIsFilled(missing: Int) throws {
    let folder = try TemporaryFolder()
    try Self.append(0..<12, to: folder, kept: 4)
    try FileManager.default.removeItem(atPath: folder.path("labels.\(missing)"))
    let before = Self.numbers(folder, ["labels.3", "labels.2", "labels.1", "labels"])
    try Self.append(12..<15, to: folder, kept: 4)
    #expect(
      Self.numbers(folder, ["labels.3", "labels.2", "labels.1", "labels"]) == before + Array(12..<15))
    #expect(folder.lines("labels.4") == nil)
  }

  @Test func withoutOlderFilesTheFileIsEmptied() throws {
    let folder = try TemporaryFolder()
    try Self.append(0..<8, to: folder, kept: 0)
    #expect(Self.numbers(folder, ["labels"]) == [6, 7])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["labels"])
  }

  @Test func aLongLineHasAFileOfItsOwn() throws {
    let folder = try TemporaryFolder()
    var file = RotatingLineFile(path: folder.path("labels"), maximumBytes: 15, keptFiles: 3)
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 99) + [UInt8(ascii: "\n")]
    for line in [Self.line(0), long, Self.line(1)] { try file.append(line) }
    #expect(folder.lines("labels.1")?.first?.count == 99)
    #expect(Self.numbers(folder, ["labels.2", "labels"]) == [0, 1])
  }

  @Test func aPartOfALineIsCutOffBeforeTheNext() throws {
    let folder = try TemporaryFolder()
    try Self.append(0..<2, to: folder, kept: 3)
    let handle = try FileHandle(forWritingTo: URL(filePath: folder.path("labels")))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"n\":9".utf8))
    try handle.close()
    try Self.append(2..<3, to: folder, kept: 3)
    #expect(folder.lines("labels") == ["{\"n\":1000}", "{\"n\":1001}", "{\"n\":1002}"])
  }

  @Test func aFileThatSomebodyMovedIsBegunAnew() throws {
    let folder = try TemporaryFolder()
    var file = RotatingLineFile(path: folder.path("labels"), maximumBytes: 0, keptFiles: 3)
    try file.append(Self.line(0))
    file.followName()
    try file.append(Self.line(1))
    try FileManager.default.moveItem(atPath: folder.path("labels"), toPath: folder.path("moved"))
    file.followName()
    try file.append(Self.line(2))
    #expect(Self.numbers(folder, ["moved"]) == [0, 1])
    #expect(Self.numbers(folder, ["labels"]) == [2])
  }

  @Test func onlyTheOwnerReadsIt() throws {
    let folder = try TemporaryFolder()
    try Self.append(0..<8, to: folder, kept: 3)
    for name in ["labels", "labels.1", "labels.2"] {
      let mode = try FileManager.default.attributesOfItem(atPath: folder.path(name))[.posixPermissions]
      #expect(mode as? Int == 0o600)
    }
  }
}
