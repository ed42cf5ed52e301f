import Foundation
import Imaging
import TestSupport
import Testing

@testable import Capture

/// Plays clips that ffmpeg makes.
@Suite struct VideoFileSourceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Makes a clip and gives its path.
  private func clip(_ name: String = "clip.mp4", input: String = "testsrc=size=64x48:rate=25:duration=0.2")
    throws -> String
  {
    let path = "\(folder.path)/\(name)"
    let ffmpeg = Process()
    ffmpeg.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let temporary = "\(folder.path)/made.\((name as NSString).pathExtension)"
    ffmpeg.arguments =
      ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", input]
      + (name.hasSuffix(".wav") ? [] : ["-pix_fmt", "yuv420p"]) + [temporary]
    try ffmpeg.run()
    ffmpeg.waitUntilExit()
    #expect(ffmpeg.terminationStatus == 0)
    try FileManager.default.moveItem(atPath: temporary, toPath: path)
    return path
  }

  private func frames(_ source: any FrameSource, atMost count: Int = 1000) throws -> [Frame] {
    var frames: [Frame] = []
    while frames.count < count {
      switch try source.next() {
      case .frame(let frame): frames.append(frame)
      case .dropped: Issue.record("no frame of a whole clip is lost")
      case .idle: break
      case .end: return frames
      }
    }
    return frames
  }

  private func reason(_ path: String) -> String? {
    do {
      let source = try VideoFileSource(path: path, loops: false, stop: StopSignal())
      _ = try frames(source)
      return nil
    } catch CaptureError.unreadable(_, let reason) { return reason } catch { return "\(error)" }
  }

  @Test func framesComeWithTheirTimes() throws {
    let source = try VideoFileSource(path: try clip(), loops: false, stop: StopSignal())
    #expect(source.nominalFramesPerSecond == 25)
    let frames = try frames(source)
    #expect(frames.map(\.sequence) == [0, 1, 2, 3, 4])
    #expect(frames.map(\.presentationNanoseconds) == [0, 40_000_000, 80_000_000, 120_000_000, 160_000_000])
    for frame in frames {
      guard case .picture(let picture) = frame.payload else {
        Issue.record("not decoded")
        return
      }
      #expect(picture.width == 64)
      #expect(picture.height == 48)
      #expect(picture.subsampling == .yuv420)
    }
  }

  @Test func coloursAreThoseOfJPEG() throws {
    // White is 235 in the file and 255 in a picture; red as JFIF has it.
    for (color, expected) in [
      ("white", [255, 128, 128]), ("red", [76, 85, 255]), ("black", [0, 128, 128]),
    ] {
      let path = try clip("\(color).mkv", input: "color=\(color):size=64x48:rate=5:duration=0.2")
      let frames = try frames(try VideoFileSource(path: path, loops: false, stop: StopSignal()))
      guard case .picture(let picture)? = frames.first?.payload else {
        Issue.record("no picture")
        return
      }
      for (plane, value) in zip(picture.planes, expected) {
        let sample = picture.withBytes { $0[plane.offset + 10 * plane.bytesPerLine + 10] }
        #expect(abs(Int(sample) - value) <= 4)
      }
    }
  }

  @Test func loopGoesOnInTime() throws {
    let source = try VideoFileSource(path: try clip(), loops: true, stop: StopSignal())
    let frames = try frames(source, atMost: 12)
    #expect(frames.map(\.sequence) == Array(0..<12))
    #expect(frames.last?.presentationNanoseconds == 440_000_000)
  }

  @Test(arguments: ["-loglevel.mp4", "http:clip.mp4", "concat:a|b.mp4", "50%d.mp4", "with space 'and\".mp4"])
  func anyNameIsAFile(name: String) throws {
    let source = try VideoFileSource(path: try clip(name), loops: false, stop: StopSignal())
    #expect(try frames(source).count == 5)
  }

  @Test func relativeNameThatBeginsWithADashIsNoOption() throws {
    let arguments = VideoFileSource.arguments(for: "-y.mp4", loops: false)
    let input = try #require(arguments.firstIndex(of: "-i"))
    #expect(arguments[input + 1] == "file:-y.mp4")
  }

  @Test func filesWithoutVideoSayWhy() throws {
    #expect(reason(try clip("sound.wav", input: "sine=duration=0.1")) == "there is no video in the file")
    #expect(reason(try folder.write([], as: "empty.mp4")) == "the file is empty")
    #expect(reason(folder.path) == "this is not a regular file")
    let text = try #require(reason(try folder.write(Array("no video".utf8), as: "text.mp4")))
    #expect(text.hasPrefix("ffmpeg: "))
    #expect(!text.contains(folder.path))
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: try clip())))
    let cut = try #require(reason(try folder.write(Array(whole[..<(whole.count / 3)]), as: "cut.mp4")))
    #expect(cut.contains("moov atom not found"))
  }

  @Test func missingFileIsNamed() {
    #expect(throws: CaptureError.notFound(path: "/nonexistent.mp4")) {
      try VideoFileSource(path: "/nonexistent.mp4", loops: false, stop: StopSignal())
    }
  }

  @Test func playlistReachesNoNetwork() throws {
    let playlist = "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"
    #expect(reason(try folder.write(Array(playlist.utf8), as: "list.m3u8"))?.hasPrefix("ffmpeg") == true)
  }

  @Test func stopSignalEndsAnEndlessVideo() throws {
    let stop = StopSignal()
    let source = try VideoFileSource(path: try clip(), loops: true, stop: stop)
    #expect(try frames(source, atMost: 7).count == 7)
    stop.raise()
    #expect(try frames(source).isEmpty)
  }
}
