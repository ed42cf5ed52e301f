import CV4L2
import Glibc
import Imaging
import Testing

@testable import Capture

/// Compressed frames that are not what they claim to be.
@Suite struct LyingFrameTests {
  private struct UnexpectedEvent: Error {}

  private static func streaming(_ deliveries: [[UInt8]]) throws -> (FakeKernel, V4L2Camera) {
    let kernel = FakeKernel(CameraFixture.jpegCamera())
    kernel.camera.currentFormat = cv4l2_format()
    kernel.camera.currentFormat.pixel_format = FourCC("MJPG").rawValue
    kernel.camera.currentFormat.width = 640
    kernel.camera.currentFormat.height = 480
    let camera = try CameraFixture.open(kernel)
    kernel.happenings = deliveries.enumerated().map { index, bytes in
      .deliver([FakeKernel.Delivery(bytes: bytes, sequence: UInt32(index))])
    }
    return (kernel, camera)
  }

  private static func payload(_ frame: Frame) throws -> [UInt8] {
    guard case .jpeg(let bytes) = frame.payload else { throw UnexpectedEvent() }
    return bytes
  }

  private static func drops(_ events: [SourceEvent]) -> [DropReason: UInt64] {
    var drops: [DropReason: UInt64] = [:]
    for case .dropped(let reason, let count) in events { drops[reason, default: 0] += count }
    return drops
  }

  @Test func garbageIsDroppedAndTheStreamGoesOn() throws {
    let good = try CameraFixture.jpeg()
    var noScan = Array(good[..<200])
    noScan.replaceSubrange(0..<2, with: [0xFF, 0xD8])
    var zeroHeight = good
    let frame = try #require(good.indices.dropLast().first { good[$0] == 0xFF && good[$0 + 1] == 0xC0 })
    zeroHeight.replaceSubrange(frame + 5..<frame + 7, with: [0, 0])
    var endlessSegment = good
    endlessSegment.replaceSubrange(4..<6, with: [0xFF, 0xFF])
    let garbage = [
      [UInt8](repeating: 0, count: 5000), Array("GIF89a".utf8) + [UInt8](repeating: 7, count: 500), noScan,
      zeroHeight, endlessSegment, Array(good.reversed()),
    ]
    let (kernel, camera) = try Self.streaming(garbage + [good])
    let (taken, events) = try CameraFixture.eventsToFrame(camera)
    #expect(try Self.payload(taken) == good)
    #expect(Self.drops(events) == [.undecodable: UInt64(garbage.count)])
    #expect(kernel.queuedCount == 4)
  }

  @Test func garbageAloneIsAStall() throws {
    let (kernel, camera) = try Self.streaming([])
    let error = #expect(throws: CaptureError.self) {
      for number in 0..<100 {
        kernel.happenings.append(
          .deliver([FakeKernel.Delivery(bytes: [UInt8](repeating: 3, count: 500), sequence: UInt32(number))]))
        _ = try camera.next()
        _ = try camera.next()
      }
    }
    #expect(error == .stalled(path: "/dev/video0", seconds: 10))
  }

  @Test func paddingBehindTheEndIsKeptAndAMissingEndIsAdded() throws {
    let good = try CameraFixture.jpeg()
    let padded = good + [UInt8](repeating: 0, count: 300)
    let open = Array(good.dropLast(2))
    let (_, camera) = try Self.streaming([padded, open])
    let first = try CameraFixture.eventsToFrame(camera).frame
    #expect(try Self.payload(first) == padded)
    #expect(!first.lacksEnd)
    let second = try CameraFixture.eventsToFrame(camera).frame
    #expect(try Self.payload(second) == good)
    #expect(second.lacksEnd)
    // Nothing but the marker was missing, so the picture is whole; a cut one is refused.
    let decoder = try JPEGDecoder()
    #expect(try decoder.decode(Self.payload(second)).width == 640)
    let (_, other) = try Self.streaming([Array(good[..<(good.count / 2)])])
    let cut = try CameraFixture.eventsToFrame(other).frame
    #expect(cut.lacksEnd)
    #expect(throws: ImagingError.self) { try decoder.decode(Self.payload(cut)) }
  }

  @Test func anEndInsideAThumbnailIsNoEnd() throws {
    let good = try CameraFixture.jpeg()
    let thumbnail: [UInt8] = [0xFF, 0xD8, 0xFF, 0xD9]
    let segment = [0xFF, 0xE1, 0, UInt8(thumbnail.count + 2)] + thumbnail
    let open = good[..<2] + segment + good[2...].dropLast(2)
    let (_, camera) = try Self.streaming([Array(open)])
    #expect(try CameraFixture.eventsToFrame(camera).frame.lacksEnd)
  }

  @Test func aSingleFrameOfAnotherSizeIsDropped() throws {
    let (good, other) = (try CameraFixture.jpeg(), try CameraFixture.jpeg(width: 320, height: 240))
    let (kernel, camera) = try Self.streaming([other, other, good, other, good])
    let (taken, events) = try CameraFixture.eventsToFrame(camera)
    #expect(try Self.payload(taken) == good)
    #expect(Self.drops(events) == [.wrongSize: 2])
    _ = try CameraFixture.eventsToFrame(camera)
    #expect(kernel.count(of: "VIDIOC_G_FMT") == 0)
  }

  @Test func aCameraThatAlwaysLiesAboutItsSizeIsTakenAtItsPictures() throws {
    let other = try CameraFixture.jpeg(width: 320, height: 240)
    let (kernel, camera) = try Self.streaming(Array(repeating: other, count: 10))
    let (taken, events) = try CameraFixture.eventsToFrame(camera)
    #expect(try Self.payload(taken) == other)
    #expect(Self.drops(events) == [.wrongSize: UInt64(JPEGSizeCheck.agreeingFrames)])
    #expect(kernel.count(of: "VIDIOC_G_FMT") == 1)
  }

  @Test func aFormatThatChangedBehindOurBackIsAgreedAnew() throws {
    let other = try CameraFixture.jpeg(width: 320, height: 240)
    let (kernel, camera) = try Self.streaming(Array(repeating: other, count: 10))
    kernel.camera.currentFormat.width = 320
    kernel.camera.currentFormat.height = 240
    kernel.nodes["/dev/video0"] = kernel.camera
    // The open node keeps the camera that it was opened with.
    let error = #expect(throws: CaptureError.self) {
      let again = try CameraFixture.open(kernel)
      kernel.happenings = Array(
        repeating: .deliver([FakeKernel.Delivery(bytes: other)]), count: JPEGSizeCheck.agreeingFrames)
      for _ in 0..<20 { _ = try again.next() }
    }
    #expect(error == .formatChanged(path: "/dev/video0"))
    withExtendedLifetime(camera) {}
  }

  @Test func theDriversWordOfANewFormatEndsTheStream() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    kernel.camera.hasEvents = true
    let camera = try CameraFixture.open(kernel)
    kernel.events = [false, true]
    kernel.happenings = [.answer(.event)]
    #expect(throws: CaptureError.formatChanged(path: "/dev/video0")) { try camera.next() }
  }

  @Test func otherEventsAreTakenAndNothingElse() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    kernel.camera.hasEvents = true
    let camera = try CameraFixture.open(kernel)
    kernel.events = Array(repeating: false, count: 1000)
    kernel.happenings = [.answer(.event), .deliver([CameraFixture.frame(sequence: 0)])]
    #expect(try CameraFixture.eventsToFrame(camera).events.isEmpty)
    #expect(kernel.events.count > 900)
    kernel.permanentFailures["VIDIOC_DQEVENT"] = ENODEV
    kernel.happenings = [.answer(.event)]
    #expect(throws: CaptureError.deviceLost(path: "/dev/video0")) { try camera.next() }
  }

  @Test func oddSizesAndAllSamplingsAreFrames() throws {
    for subsampling in ChromaSubsampling.allCases {
      let jpeg = try JPEGEncoder().encode(
        Picture(width: 63, height: 33, subsampling: subsampling, luma: 50), quality: 80)
      let outline = jpeg.withUnsafeBufferPointer { JPEGOutline($0) }
      #expect(outline?.width == 63 && outline?.height == 33 && outline?.hasEnd == true)
    }
  }
}
