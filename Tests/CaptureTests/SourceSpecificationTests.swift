import Foundation
import Imaging
import TestSupport
import Testing

@testable import Capture

@Suite struct SourceSpecificationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(
    arguments: [
      ("auto", SourceSpecification.automatic), ("demo", .demo), ("-", .standardInput), ("0", .cameraIndex(0)),
      ("12", .cameraIndex(12)), ("/dev/null", .camera(path: "/dev/null")),
      ("/dev/video7777", .camera(path: "/dev/video7777")),
      ("/dev/v4l/by-id/usb-gone", .camera(path: "/dev/v4l/by-id/usb-gone")), ("/tmp", .folder(path: "/tmp")),
      ("usb-0000:00:14.0-2", .camera(path: "usb-0000:00:14.0-2")),
      (
        "pci-0000:00:14.0-usb-0:2:1.0-video-index0",
        .camera(path: "pci-0000:00:14.0-usb-0:2:1.0-video-index0")
      ),
    ])
  func namesMeanThis(text: String, expected: SourceSpecification) throws {
    #expect(try SourceSpecification(parsing: text) == expected)
  }

  @Test func filesAreSeenFromTheirContent() throws {
    let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0]
    let picture = try folder.write(jpeg, as: "no-extension")
    #expect(try SourceSpecification(parsing: picture) == .picture(path: picture))
    let png = try folder.write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], as: "picture.mp4")
    #expect(try SourceSpecification(parsing: png) == .picture(path: png))
    let motion = try folder.write(jpeg, as: "stream.MJPEG")
    #expect(try SourceSpecification(parsing: motion) == .video(path: motion))
    let video = try folder.write(Array("\0\0\0 ftypisom".utf8), as: "video.jpg")
    #expect(try SourceSpecification(parsing: video) == .video(path: video))
  }

  @Test(arguments: [
    "", "/nonexistent/file", "usb-film.mp4", "usb-stick-2", "pci-film.mp4", "rtsp://camera/1", "a\0b",
    "999999999999999999999999", "256",
  ])
  func whatIsNothingIsAnError(text: String) {
    #expect(throws: CaptureError.self) { try SourceSpecification(parsing: text) }
  }

  @Test func emptyFilesAndPipesAreErrors() throws {
    let empty = try folder.write([], as: "empty.jpg")
    #expect(throws: CaptureError.unreadable(path: empty, reason: "the file is empty")) {
      try SourceSpecification(parsing: empty)
    }
    let pipe = folder.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: CaptureError.self) { try SourceSpecification(parsing: pipe) }
  }

  @Test func recordingsAreOpenedAndCamerasAreNot() throws {
    let stop = StopSignal()
    #expect(try SourceSpecification.demo.openRecording(stop: stop) is PacedSource)
    #expect(try SourceSpecification.automatic.openRecording(stop: stop) == nil)
    #expect(try SourceSpecification.camera(path: "/dev/video0").openRecording(stop: stop) == nil)
    let picture = try folder.write(
      try PNGEncoder.encode(try Picture(width: 8, height: 8, subsampling: .grey, luma: 9)), as: "a.png")
    let source = try #require(try SourceSpecification(parsing: folder.path).openRecording(stop: stop))
    guard case .frame(let frame) = try source.next() else {
      Issue.record("the folder has a picture")
      return
    }
    #expect(frame.name == picture)
  }
}
