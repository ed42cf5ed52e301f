import CV4L2
import Glibc
import Testing

@testable import Capture

/// What a camera does when calls fail, and when nothing comes any more.
@Suite struct CameraRecoveryTests {
  private static let second: UInt64 = 1_000_000_000

  @Test func nothingToDequeueIsNoFailure() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    kernel.failures["VIDIOC_DQBUF"] = [EAGAIN, EINTR, EAGAIN]
    kernel.failures["poll"] = [EINTR]
    kernel.happenings = [
      .answer(.readable), .answer(.readable), .deliver([CameraFixture.frame(sequence: 0)]),
    ]
    #expect(try CameraFixture.eventsToFrame(camera).events.isEmpty)
  }

  @Test(arguments: [
    (ENODEV, CaptureError.deviceLost(path: "/dev/video0")),
    (EIO, .systemCall(name: "VIDIOC_DQBUF", path: "/dev/video0", errno: EIO)),
    (EPIPE, .systemCall(name: "VIDIOC_DQBUF", path: "/dev/video0", errno: EPIPE)),
    (EINVAL, .systemCall(name: "VIDIOC_DQBUF", path: "/dev/video0", errno: EINVAL)),
  ])
  func aFailedDequeueEndsTheSource(number: Int32, expected: CaptureError) throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    do {
      let camera = try CameraFixture.open(kernel)
      kernel.permanentFailures["VIDIOC_DQBUF"] = number
      kernel.permanentFailures["VIDIOC_STREAMOFF"] = number
      kernel.happenings = [.answer(.readable)]
      #expect(throws: expected) { try camera.next() }
    }
    #expect(kernel.isEverythingReleased)
  }

  @Test(arguments: [ENODEV, EINVAL, EIO]) func aFailedQueueEndsTheSource(number: Int32) throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    do {
      let camera = try CameraFixture.open(kernel)
      kernel.failures["VIDIOC_QBUF"] = [number]
      kernel.happenings = [.deliver([CameraFixture.frame(sequence: 0)])]
      #expect(throws: CaptureError.self) { try camera.next() }
    }
    #expect(kernel.isEverythingReleased)
  }

  @Test func aPulledPlugIsTold() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    kernel.happenings = [.answer(.gone)]
    #expect(throws: CaptureError.deviceLost(path: "/dev/video0")) { try camera.next() }
  }

  @Test func aBrokenStreamIsTold() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    kernel.happenings = [.answer(.broken)]
    #expect(throws: CaptureError.systemCall(name: "poll", path: "/dev/video0", errno: EIO)) {
      try camera.next()
    }
  }

  @Test func theStopSignalEndsTheSource() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let stop = StopSignal()
    let camera = try CameraFixture.open(kernel, stop: stop)
    kernel.happenings = [.run { stop.raise() }]
    for _ in 0..<2 {
      guard case .end = try camera.next() else { throw UnexpectedEvent() }
    }
  }

  @Test func silenceIsReportedEveryTwoSeconds() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    let start = kernel.now
    for beat in 1...2 as ClosedRange<UInt64> {
      guard case .idle = try camera.next() else { throw UnexpectedEvent() }
      #expect(kernel.now.nanoseconds(since: start) == beat * 2 * Self.second)
    }
  }

  @Test func aFrozenCameraIsRestartedOnceAndThenGivenUp() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    let start = kernel.now
    var idle = 0
    let error = #expect(throws: CaptureError.self) {
      for _ in 0..<100 {
        guard case .idle = try camera.next() else { throw UnexpectedEvent() }
        idle += 1
      }
    }
    #expect(error == .stalled(path: "/dev/video0", seconds: 10))
    #expect(kernel.now.nanoseconds(since: start) == 10 * Self.second)
    #expect(idle == 4)
    #expect(kernel.count(of: "VIDIOC_STREAMON") == 2)
    #expect(kernel.violations.isEmpty)
  }

  @Test func aRestartedCameraGoesOnWithItsNumbers() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let request = V4L2Request(device: "/dev/video0", stallLimitSeconds: 4)
    let camera = try CameraFixture.open(kernel, request)
    kernel.happenings = [.deliver([CameraFixture.frame(sequence: 500)])]
    #expect(try CameraFixture.eventsToFrame(camera).frame.sequence == 0)
    for round in 1...5 as ClosedRange<UInt64> {
      while kernel.count(of: "VIDIOC_STREAMON") <= Int(round) {
        guard case .idle = try camera.next() else { throw UnexpectedEvent() }
      }
      kernel.happenings = [.deliver([CameraFixture.frame(sequence: 0)])]
      let (frame, events) = try CameraFixture.eventsToFrame(camera)
      #expect(frame.sequence == round)
      for case .dropped in events { throw UnexpectedEvent() }
    }
  }

  @Test func onlyGoodFramesCountAgainstAStall() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    let error = #expect(throws: CaptureError.self) {
      for number in 0..<100 {
        kernel.happenings.append(
          .deliver([CameraFixture.frame(sequence: UInt32(number), flags: cv4l2_buffer_flag_error)]))
        _ = try camera.next()
        _ = try camera.next()
      }
    }
    #expect(error == .stalled(path: "/dev/video0", seconds: 10))
  }

  @Test func framesThatWaitedWhileNobodyAskedAreNoSilence() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel, V4L2Request(device: "/dev/video0", stallLimitSeconds: 2))
    for number in 0..<4 as Range<UInt32> {
      kernel.pass(seconds: 5)
      kernel.happenings = [.deliver([CameraFixture.frame(sequence: number)])]
      #expect(try CameraFixture.eventsToFrame(camera).events.isEmpty)
    }
    #expect(kernel.count(of: "VIDIOC_STREAMON") == 1)
  }

  @Test func aDriverThatWakesForNothingCannotSpinForEver() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    let camera = try CameraFixture.open(kernel)
    let start = kernel.now
    kernel.happenings = (0..<100_000).map { _ in .answer(.readable) }
    guard case .idle = try camera.next() else { throw UnexpectedEvent() }
    #expect(kernel.count(of: "poll") < 1000)
    #expect(kernel.now.nanoseconds(since: start) >= Self.second)
  }

  @Test func aFailedRestartIsTold() throws {
    let kernel = FakeKernel(CameraFixture.smallCamera())
    do {
      let camera = try CameraFixture.open(kernel)
      kernel.failures["VIDIOC_STREAMON"] = [EPROTO]
      #expect(throws: CaptureError.systemCall(name: "VIDIOC_STREAMON", path: "/dev/video0", errno: EPROTO)) {
        for _ in 0..<100 { _ = try camera.next() }
      }
    }
    #expect(kernel.isEverythingReleased)
  }

  private struct UnexpectedEvent: Error {}
}
