import CV4L2
import Testing

@testable import Capture

/// The small values of the camera code.
@Suite struct CameraValueTests {
  @Test func sequencesFindGapsWrapAndStartAgain() {
    var counter = SequenceCounter()
    let numbers: [UInt32] = [.max - 1, .max, 0, 3, 3, 1, 2]
    let results = numbers.map { counter.advance(to: $0) }
    // 3 after 3 and 1 after 3 are new counts of the driver: no loss.
    #expect(results.map(\.number) == [0, 1, 2, 5, 6, 7, 8])
    #expect(results.map(\.lost) == [0, 0, 0, 2, 0, 0, 0])
    counter.driverRestarted()
    let next = counter.advance(to: 1000)
    #expect(next.number == 9)
    #expect(next.lost == 0)
    // No camera loses an hour between two frames.
    #expect(counter.advance(to: 2_000_000).lost == 0)
    #expect(counter.advance(to: 2_000_002).lost == 1)
  }

  @Test(
    arguments: [
      (30, "30"), (29.97, "29.97"), (7.5, "7.5"), (0.05, "0.05"), (1000.0 / 33, "30.3"), (.infinity, "?"),
      (-1, "?"),
    ] as [(Double, String)])
  func ratesAreWrittenShort(rate: Double, expected: String) { #expect(FrameRateText.text(rate) == expected) }

  @Test func intervalsComeFromRates() {
    #expect(FrameInterval(framesPerSecond: 30) == FrameInterval(numerator: 1, denominator: 30))
    #expect(FrameInterval(framesPerSecond: 29.97) == FrameInterval(numerator: 1000, denominator: 29_970))
    #expect(FrameInterval(framesPerSecond: .nan).framesPerSecond == 30)
    #expect(FrameInterval(framesPerSecond: -5).framesPerSecond == 0.01)
    #expect(FrameInterval(framesPerSecond: .greatestFiniteMagnitude).framesPerSecond == 1000)
    #expect(FrameInterval(numerator: 0, denominator: 1) == nil)
    #expect(FrameInterval(numerator: 1, denominator: 0) == nil)
  }

  @Test(arguments: ["yuyv", "YUYV", "yuy2"]) func formatsHaveNames(name: String) {
    #expect(CameraPixelFormat(name: name)?.fourCC == FourCC("YUYV"))
  }

  @Test func allFormatsAreFoundByNameAndCode() {
    for format in CameraPixelFormat.all {
      #expect(CameraPixelFormat(name: format.name) == format)
      #expect(CameraPixelFormat(fourCC: format.fourCC) == format)
      #expect(CameraPixelFormat(name: format.description) == format)
    }
    #expect(CameraPixelFormat(name: "h264") == nil)
    #expect(CameraPixelFormat(name: "") == nil)
    #expect(CameraPixelFormat.convertible.map(\.name) == ["bgr24", "yuv420"])
  }

  @Test func codesAreWrittenAsV4L2WritesThem() {
    #expect("\(FourCC("MJPG"))" == "MJPG")
    #expect("\(FourCC("Y16 "))" == "Y16")
    #expect("\(FourCC(rawValue: FourCC("Y16 ").rawValue | 1 << 31))" == "Y16-BE")
    #expect("\(FourCC(rawValue: 0x1B))" == "0x1b")
    #expect(FourCC("YUYV").rawValue == cv4l2_fourcc(89, 85, 89, 86))
  }

  @Test func theNearestSizeLiesOnTheGrid() throws {
    var answer = cv4l2_frame_size()
    answer.minimum_width = 16
    answer.maximum_width = 100
    answer.step_width = 16
    answer.minimum_height = 10
    answer.maximum_height = 20
    answer.step_height = 0
    let range = try #require(FrameSizeRange(answer))
    #expect(range.nearest(toWidth: 41, height: 15) == (48, 15))
    #expect(range.nearest(toWidth: 39, height: 5) == (32, 10))
    #expect(range.nearest(toWidth: 100, height: 500) == (96, 20))
    #expect(range.nearest(toWidth: .min / 2, height: .max / 2) == (16, 20))
  }

  @Test(arguments: [
    (0, 0, 0, 0), (100, 50, 10, 10), (20_000, 30_000, 10, 10), (16_384, 16_384, 16_384, 16_384),
  ])
  func impossibleSizesAreNoSizes(width: UInt32, maximumWidth: UInt32, height: UInt32, maximumHeight: UInt32) {
    var answer = cv4l2_frame_size()
    answer.minimum_width = width
    answer.maximum_width = maximumWidth
    answer.minimum_height = height
    answer.maximum_height = maximumHeight
    #expect(FrameSizeRange(answer) == nil)
  }
}
