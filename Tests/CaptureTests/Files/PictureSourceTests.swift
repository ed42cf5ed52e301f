import Foundation
import Imaging
import TestSupport
import Testing

@testable import Capture

@Suite struct PictureSourceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func picture(_ luma: UInt8) throws -> [UInt8] {
    try PNGEncoder.encode(try Picture(width: 8, height: 8, subsampling: .grey, luma: luma))
  }

  private func name(_ frame: Frame) -> String { (frame.name as NSString?)?.lastPathComponent ?? "" }

  private func events(_ source: any FrameSource, atMost count: Int = 100) throws -> (
    names: [String], dropped: UInt64
  ) {
    var names: [String] = []
    var dropped: UInt64 = 0
    for _ in 0..<count {
      switch try source.next() {
      case .frame(let frame): names.append(name(frame))
      case .dropped(let reason, let count):
        #expect(reason == .undecodable)
        dropped += count
      case .idle: break
      case .end: return (names, dropped)
      }
    }
    return (names, dropped)
  }

  @Test func picturesComeInNaturalOrderAndTheRestIsLeftOut() throws {
    for name in ["10.PNG", "2.png", "1.jpeg", "notes.txt", ".hidden.png", "png", "3.jpg.bak"] {
      try folder.write(try picture(100), as: name)
    }
    try FileManager.default.createDirectory(
      atPath: folder.path + "/5.png", withIntermediateDirectories: false)
    let source = try PictureSource(folder: folder.path, loops: false, stop: StopSignal())
    #expect(source.description == "\(folder.path), 3 pictures at 1 fps")
    #expect(try events(source).names == ["1.jpeg", "2.png", "10.PNG"])
  }

  @Test func unreadablePicturesAreSkippedAndCounted() throws {
    try folder.write(Array("no picture".utf8), as: "1.jpg")
    try folder.write(try picture(1), as: "2.png")
    try folder.write([], as: "3.png")
    let (names, dropped) = try events(
      try PictureSource(folder: folder.path, loops: false, stop: StopSignal()))
    #expect(names == ["2.png"])
    #expect(dropped == 2)
  }

  @Test(arguments: [false, true]) func folderWithoutAnyReadablePictureIsAnError(loops: Bool) throws {
    try folder.write(Array("no picture".utf8), as: "1.jpg")
    try folder.write([], as: "2.jpg")
    let source = try PictureSource(folder: folder.path, loops: loops, stop: StopSignal())
    #expect(throws: CaptureError.self) { try events(source) }
  }

  @Test func emptyAndMissingFoldersAreErrors() {
    #expect(
      throws: CaptureError.unreadable(
        path: folder.path, reason: "the folder has no .jpg, .jpeg or .png files")
    ) {
      try PictureSource(folder: folder.path, loops: false, stop: StopSignal())
    }
    #expect(throws: CaptureError.notFound(path: "/nonexistent")) {
      try PictureSource(folder: "/nonexistent", loops: false, stop: StopSignal())
    }
  }

  @Test func loopGoesOnInTime() throws {
    try folder.write(try picture(1), as: "1.png")
    try folder.write(try picture(2), as: "2.png")
    let source = try PictureSource(folder: folder.path, framesPerSecond: 4, loops: true, stop: StopSignal())
    for number in 0..<7 {
      guard case .frame(let frame) = try source.next() else {
        Issue.record("frame \(number) is missing")
        return
      }
      #expect(frame.sequence == UInt64(number))
      #expect(frame.presentationNanoseconds == UInt64(number) * 250_000_000)
      #expect(name(frame) == (number % 2 == 0 ? "1.png" : "2.png"))
    }
  }

  @Test func singlePictureIsShownOnceOrForEver() throws {
    let path = try folder.write(try picture(1), as: "one.png")
    #expect(try events(try PictureSource(file: path, loops: false, stop: StopSignal())).names == ["one.png"])
    let repeating = try PictureSource(file: path, loops: true, stop: StopSignal())
    // It was read once and is not needed again.
    #expect(try events(repeating, atMost: 1).names == ["one.png"])
    try FileManager.default.removeItem(atPath: path)
    #expect(try events(repeating, atMost: 9).names.count == 9)
  }

  @Test func missingPictureIsNamed() throws {
    let source = try PictureSource(file: "/nonexistent.jpg", loops: true, stop: StopSignal())
    #expect(throws: CaptureError.notFound(path: "/nonexistent.jpg")) { try events(source) }
  }

  @Test func stopSignalEndsIt() throws {
    let stop = StopSignal()
    let path = try folder.write(try picture(1), as: "one.png")
    let source = try PictureSource(file: path, loops: true, stop: stop)
    stop.raise()
    #expect(try events(source).names.isEmpty)
  }
}
