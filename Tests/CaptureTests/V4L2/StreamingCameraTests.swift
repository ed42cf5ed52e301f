import CV4L2
import Glibc
import Imaging
import Testing

@testable import Capture

@Suite struct StreamingCameraTests {
  private static let second: UInt64 = 1_000_000_000

  @Test func aRawFrameBecomesAPicture() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    kernel.happenings = [.deliver([CameraFixture.frame(sequence: 7, luma: 235)])]
    let (frame, events) = try CameraFixture.eventsToFrame(camera)
    #expect(events.isEmpty)
    #expect(frame.sequence == 0)
    guard case .picture(let picture) = frame.payload else { throw UnexpectedPayload() }
    #expect(picture.width == 4)
    #expect(picture.height == 2)
    // The driver says nothing of the range, so 235 is white.
    #expect(picture.luma(x: 3, y: 1) == 255)
  }

  @Test func aCompressedFrameIsCopiedAsItIs() throws {
    let kernel = FakeKernel(CameraFixture.jpegCamera())
    let camera = try CameraFixture.open(kernel)
    let bytes = try CameraFixture.jpeg()
    kernel.happenings = [.deliver([FakeKernel.Delivery(bytes: bytes)])]
    guard case .jpeg(let copied) = try CameraFixture.eventsToFrame(camera).frame.payload else {
      throw UnexpectedPayload()
    }
    #expect(copied == bytes)
  }

  @Test func theFreshestFrameIsTakenAndTheOthersCounted() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    kernel.happenings = [
      .deliver([0, 1, 2].map { CameraFixture.frame(sequence: $0, luma: UInt8(50 + $0 * 50)) })
    ]
    let frame = try CameraFixture.eventsToFrame(camera).frame
    #expect(frame.sequence == 2)
    #expect(kernel.queuedCount == 4)
    #expect(try CameraFixture.drops(camera) == [.superseded: 2])
    #expect(kernel.violations.isEmpty)
  }

  @Test func flaggedAndShortFramesAreDroppedAndCounted() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    var short = CameraFixture.frame(sequence: 2)
    short.bytesUsed = 15
    var empty = CameraFixture.frame(sequence: 3)
    empty.bytesUsed = 0
    kernel.happenings = [
      .deliver([CameraFixture.frame(sequence: 0, flags: cv4l2_buffer_flag_error)]), .deliver([short, empty]),
      .deliver([CameraFixture.frame(sequence: 4)]),
    ]
    let (frame, events) = try CameraFixture.eventsToFrame(camera)
    #expect(frame.sequence == 4)
    var drops: [DropReason: UInt64] = [:]
    for case .dropped(let reason, let count) in events { drops[reason, default: 0] += count }
    // Sequence 1 never came.
    #expect(drops == [.flaggedByDriver: 1, .short: 2, .lostBeforeCapture: 1])
    #expect(kernel.queuedCount == 4)
  }

  @Test func gapsInTheSequenceAreCountedAsLost() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    kernel.happenings = [10, 13, 14].map { .deliver([CameraFixture.frame(sequence: $0)]) }
    #expect(try CameraFixture.eventsToFrame(camera).frame.sequence == 0)
    #expect(try CameraFixture.eventsToFrame(camera).frame.sequence == 3)
    let (frame, events) = try CameraFixture.eventsToFrame(camera)
    #expect(frame.sequence == 4)
    guard case .dropped(.lostBeforeCapture, count: 2) = try #require(events.first) else {
      throw UnexpectedPayload()
    }
  }

  @Test func moreBytesThanTheBufferHasAreNoFrame() throws {
    let kernel = FakeKernel(CameraFixture.jpegCamera())
    let camera = try CameraFixture.open(kernel)
    kernel.happenings = [
      .deliver([FakeKernel.Delivery(bytes: [UInt8](repeating: 1, count: 500), bytesUsed: .max)])
    ]
    guard case .dropped(.oversized, count: 1) = try camera.next() else { throw UnexpectedPayload() }
    #expect(kernel.queuedCount == 4)
  }

  @Test(arguments: [4, 99, .max] as [UInt32]) func aBufferThatTheDriverDoesNotHaveIsAFault(index: UInt32)
    throws
  {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    var delivery = CameraFixture.frame(sequence: 0)
    delivery.claimedIndex = index
    kernel.happenings = [.deliver([delivery])]
    #expect {
      try camera.next()
    } throws: { error in
      guard case CaptureError.unreadable(path: "/dev/video0", _) = error else { return false }
      return true
    }
  }

  @Test func theSameBufferTwiceIsAFault() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    var second = CameraFixture.frame(sequence: 1)
    second.claimedIndex = 0
    kernel.happenings = [.deliver([CameraFixture.frame(sequence: 0), second])]
    #expect(throws: CaptureError.self) { try camera.next() }
  }

  @Test func timeStampsOfTheMonotonicClockAreUsed() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    var stamped = CameraFixture.frame(sequence: 0, flags: cv4l2_buffer_flag_timestamp_monotonic)
    stamped.timestamp = (seconds: 1000, microseconds: 950_000)
    kernel.pass(seconds: 1)
    kernel.happenings = [.deliver([stamped])]
    let time = try CameraFixture.eventsToFrame(camera).frame.capturedAt
    #expect(time.nanoseconds == 1_000_950_000_000)
  }

  @Test func timeStampsThatStandStillAreReplacedByNow() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    var times: [UInt64] = []
    for number in 0..<3 as Range<UInt32> {
      kernel.pass(seconds: 1)
      var stamped = CameraFixture.frame(sequence: number, flags: cv4l2_buffer_flag_timestamp_monotonic)
      stamped.timestamp = (seconds: 1000, microseconds: 500_000)
      kernel.happenings = [.deliver([stamped])]
      times.append(try CameraFixture.eventsToFrame(camera).frame.capturedAt.nanoseconds)
    }
    #expect(times == [1_000_500_000_000, 1_002_000_000_000, 1_003_000_000_000])
  }

  @Test func timesNeverGoBack() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    var times: [UInt64] = []
    // The second stamp stands still, so it is replaced by now; the third is a good one, and earlier than that.
    let stamps: [(Int64, Int64)] = [(1000, 500_000), (1000, 500_000), (1001, 500_000), (1003, 500_000)]
    for (number, stamp) in stamps.enumerated() {
      kernel.pass(seconds: 1)
      var stamped = CameraFixture.frame(
        sequence: UInt32(number), flags: cv4l2_buffer_flag_timestamp_monotonic)
      stamped.timestamp = (seconds: stamp.0, microseconds: stamp.1)
      kernel.happenings = [.deliver([stamped])]
      times.append(try CameraFixture.eventsToFrame(camera).frame.capturedAt.nanoseconds)
    }
    #expect(times == [1_000_500_000_000, 1_002_000_000_000, 1_002_000_000_001, 1_003_500_000_000])
  }

  @Test(
    arguments: [
      (0, 999, 0), (0x2000, 1001, 0), (0x2000, 0, 0), (0x2000, -1, 5), (0x2000, 999, 1_000_000),
      (0x2000, Int64.max, 0), (0x4000, 1000, 0),
      // From before the stream.
      (0x2000, 999, 999_999),
    ] as [(UInt32, Int64, Int64)])
  func otherTimeStampsAreReplacedByNow(flags: UInt32, seconds: Int64, microseconds: Int64) throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    var stamped = CameraFixture.frame(sequence: 0, flags: flags)
    stamped.timestamp = (seconds, microseconds)
    kernel.happenings = [.deliver([stamped])]
    #expect(try CameraFixture.eventsToFrame(camera).frame.capturedAt == kernel.now)
  }

  @Test func everythingIsGivenBack() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    do {
      let camera = try CameraFixture.open(kernel)
      kernel.happenings = [.deliver([CameraFixture.frame(sequence: 0)])]
      _ = try CameraFixture.eventsToFrame(camera)
      #expect(!kernel.isEverythingReleased)
    }
    #expect(kernel.isEverythingReleased)
    #expect(
      kernel.calls.suffix(7) == ["VIDIOC_STREAMOFF"] + Array(repeating: "munmap", count: 4) + [
        "REQBUFS 0", "close",
      ])
    #expect(kernel.violations.isEmpty)
  }

  private struct UnexpectedPayload: Error {}
}
