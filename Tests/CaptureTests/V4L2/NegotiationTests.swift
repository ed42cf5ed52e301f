import CV4L2
import Glibc
import Imaging
import Testing

@testable import Capture

@Suite struct NegotiationTests {
  /// A webcam as most are: YUYV slow when large, MJPG fast everywhere.
  private static func webcam() -> FakeCamera {
    var camera = FakeCamera()
    camera.bufferLength = 1280 * 720 * 2
    camera.formats = [
      FakeCamera.Format(
        fourCC: FourCC("MJPG"),
        sizes: [
          FakeCamera.Size(1280, 720, framesPerSecond: [30, 60]),
          FakeCamera.Size(640, 480, framesPerSecond: [30, 60]),
        ]),
      FakeCamera.Format(
        fourCC: FourCC("YUYV"),
        sizes: [
          FakeCamera.Size(640, 480, framesPerSecond: [30, 15]),
          FakeCamera.Size(1280, 720, framesPerSecond: [10]),
        ]),
      FakeCamera.Format(fourCC: FourCC("H264"), sizes: [FakeCamera.Size(640, 480, framesPerSecond: [30])]),
    ]
    return camera
  }

  @Test(arguments: [
    (640, 480, 30.0, "640x480 YUYV at 30 fps"), (1280, 720, 30.0, "1280x720 MJPG at 30 fps"),
    (640, 480, 60.0, "640x480 MJPG at 60 fps"), (1280, 720, 10.0, "1280x720 MJPG at 30 fps"),
    (600, 400, 30.0, "640x480 YUYV at 30 fps"), (10_000, 10_000, 25.0, "1280x720 MJPG at 30 fps"),
  ])
  func theBestModeIsChosen(width: Int, height: Int, rate: Double, expected: String) throws {
    let request = V4L2Request(device: "/dev/video0", width: width, height: height, framesPerSecond: rate)
    let camera = try CameraFixture.open(FakeKernel(Self.webcam()), request)
    #expect(camera.description == "/dev/video0 (Test Camera), \(expected)")
  }

  @Test func thePreferredFormatIsTaken() throws {
    let request = V4L2Request(device: "/dev/video0", format: CameraPixelFormat(name: "mjpeg"))
    let camera = try CameraFixture.open(FakeKernel(Self.webcam()), request)
    #expect(camera.description.hasSuffix("640x480 MJPG at 30 fps"))
    #expect(camera.nominalFramesPerSecond == 30)
  }

  @Test func aFormatThatTheCameraLacksIsRefusedWithWhatItOffers() {
    let kernel = FakeKernel(Self.webcam())
    let request = V4L2Request(device: "/dev/video0", format: CameraPixelFormat(name: "nv12"))
    #expect(
      throws: CaptureError.noUsableFormat(
        path: "/dev/video0", offered: ["MJPG (a format)", "YUYV (a format)", "H264 (a format)"])
    ) { try CameraFixture.open(kernel, request) }
    #expect(kernel.isEverythingReleased)
  }

  @Test func whatTheDriverGrantsIsTaken() throws {
    var fake = Self.webcam()
    fake.grant = { format, _ in
      var granted = format
      granted.width = 352
      granted.height = 288
      granted.pixel_format = FourCC("NV12").rawValue
      granted.bytes_per_line = 384
      granted.image_bytes = 384 * 432
      return granted
    }
    let camera = try CameraFixture.open(FakeKernel(fake))
    #expect(camera.description.contains("352x288 NV12"))
  }

  @Test func sizesAndRatesMayBeRanges() throws {
    var fake = FakeCamera()
    fake.formats = [
      FakeCamera.Format(
        fourCC: FourCC("NV12"),
        sizes: [
          FakeCamera.Size(from: (32, 32), through: (4096, 2160), step: (16, 8), framesPerSecond: 5...50)
        ])
    ]
    let request = V4L2Request(device: "/dev/video0", width: 650, height: 475, framesPerSecond: 23.976)
    let camera = try CameraFixture.open(FakeKernel(fake), request)
    #expect(camera.description.hasSuffix("656x472 NV12 at 23.98 fps"))
  }

  @Test func aDriverThatListsNothingKeepsItsFormat() throws {
    var fake = FakeCamera()
    fake.formats = []
    fake.currentFormat.width = 320
    fake.currentFormat.height = 240
    fake.currentFormat.pixel_format = FourCC("UYVY").rawValue
    let camera = try CameraFixture.open(FakeKernel(fake))
    #expect(camera.description.contains("320x240 UYVY"))
  }

  @Test func aRefusedFormatGivesWayToTheNext() throws {
    let kernel = FakeKernel(Self.webcam())
    kernel.failures["VIDIOC_S_FMT"] = [EINVAL]
    let camera = try CameraFixture.open(kernel)
    #expect(camera.description.hasSuffix("640x480 MJPG at 30 fps"))
  }

  @Test func oddFormatsGoThroughLibv4l2() throws {
    var fake = FakeCamera()
    fake.formats = [
      FakeCamera.Format(fourCC: FourCC("BA81"), sizes: [FakeCamera.Size(640, 480, framesPerSecond: [30])])
    ]
    let kernel = FakeKernel(fake)
    let camera = try CameraFixture.open(kernel)
    #expect(camera.description.contains("640x480 BGR3 converted by libv4l2"))
    #expect(kernel.count(of: "v4l2_open") == 1)
    #expect(kernel.violations.isEmpty)
  }

  @Test func multiplanarCamerasGoThroughLibv4l2() throws {
    var fake = FakeCamera()
    fake.convertedCapabilities = fake.capabilities
    fake.capabilities = cv4l2_capability_video_capture_multiplanar | cv4l2_capability_streaming
    let camera = try CameraFixture.open(FakeKernel(fake))
    #expect(camera.description.contains("640x480 YUYV converted by libv4l2"))
  }

  @Test(
    arguments: [
      (cv4l2_capability_metadata_capture | cv4l2_capability_streaming, "a metadata node"),
      (cv4l2_capability_video_output | cv4l2_capability_streaming, "a video output"),
      (cv4l2_capability_memory_to_memory | cv4l2_capability_streaming, "an encoder or decoder"),
      (cv4l2_capability_video_capture, "a video device that cannot stream"),
      (0, "a node without video capture"),
    ] as [(UInt32, String)])
  func nodesThatAreNoCamerasAreRefusedByName(capabilities: UInt32, what: String) {
    var fake = FakeCamera()
    fake.capabilities = capabilities
    let kernel = FakeKernel(fake)
    #expect(throws: CaptureError.notACamera(path: "/dev/video0", what: what)) {
      try CameraFixture.open(kernel)
    }
    #expect(kernel.isEverythingReleased)
  }

  @Test func aFileThatIsNoVideoDeviceIsRefused() {
    let kernel = FakeKernel()
    kernel.permanentFailures["VIDIOC_QUERYCAP"] = ENOTTY
    #expect(
      throws: CaptureError.notACamera(path: "/dev/video0", what: "something else than a video device")
    ) { try CameraFixture.open(kernel) }
    #expect(kernel.isEverythingReleased)
  }

  @Test(arguments: [
    (ENOENT, CaptureError.notFound(path: "/dev/video0")), (EACCES, .notPermitted(path: "/dev/video0")),
    (EBUSY, .deviceBusy(path: "/dev/video0", holder: nil)),
    (EMFILE, .systemCall(name: "open", path: "/dev/video0", errno: EMFILE)),
  ])
  func openingFailsWithTheReason(number: Int32, expected: CaptureError) {
    let kernel = FakeKernel()
    kernel.failures["open"] = [number]
    #expect(throws: expected) { try CameraFixture.open(kernel) }
  }

  @Test(arguments: ["VIDIOC_S_FMT", "VIDIOC_REQBUFS", "VIDIOC_STREAMON"])
  func anotherUserIsToldFromOtherFailures(call: String) {
    let kernel = FakeKernel()
    kernel.permanentFailures[call] = EBUSY
    #expect(throws: CaptureError.deviceBusy(path: "/dev/video0", holder: nil)) {
      try CameraFixture.open(kernel)
    }
    #expect(kernel.isEverythingReleased)
  }

  /// A camera may be unplugged between any two calls.
  @Test(arguments: [
    "VIDIOC_QUERYCAP", "VIDIOC_ENUM_FMT", "VIDIOC_ENUM_FRAMESIZES", "VIDIOC_ENUM_FRAMEINTERVALS",
    "VIDIOC_S_FMT", "VIDIOC_S_PARM", "VIDIOC_REQBUFS", "VIDIOC_QUERYBUF", "mmap", "VIDIOC_QBUF",
    "VIDIOC_STREAMON",
  ])
  func aDeviceMayGoAtAnyCall(call: String) {
    let kernel = FakeKernel()
    kernel.permanentFailures[call] = ENODEV
    kernel.permanentFailures["VIDIOC_STREAMOFF"] = ENODEV
    #expect(throws: CaptureError.deviceLost(path: "/dev/video0")) { try CameraFixture.open(kernel) }
    #expect(kernel.isEverythingReleased)
    #expect(kernel.violations.isEmpty)
  }

  @Test(arguments: [
    "VIDIOC_QUERYCAP", "VIDIOC_S_FMT", "VIDIOC_REQBUFS", "VIDIOC_QUERYBUF", "mmap", "VIDIOC_QBUF",
    "VIDIOC_STREAMON",
  ])
  func otherFailuresNameTheCall(call: String) {
    let kernel = FakeKernel()
    kernel.permanentFailures[call] = EIO
    #expect(throws: CaptureError.systemCall(name: call, path: "/dev/video0", errno: EIO)) {
      try CameraFixture.open(kernel)
    }
    #expect(kernel.isEverythingReleased)
    #expect(kernel.violations.isEmpty)
  }

  @Test func interruptedCallsAreRepeated() throws {
    let kernel = FakeKernel()
    for call in ["open", "VIDIOC_QUERYCAP", "VIDIOC_S_FMT", "VIDIOC_QBUF", "VIDIOC_STREAMON"] {
      kernel.failures[call] = [EINTR, EINTR]
    }
    _ = try CameraFixture.open(kernel)
    kernel.permanentFailures["open"] = EINTR
    #expect(throws: CaptureError.systemCall(name: "open", path: "/dev/video0", errno: EINTR)) {
      try CameraFixture.open(kernel)
    }
  }

  @Test func aDriverWithoutRatesGoesAtItsOwn() throws {
    let kernel = FakeKernel()
    kernel.permanentFailures["VIDIOC_S_PARM"] = ENOTTY
    #expect(try CameraFixture.open(kernel).nominalFramesPerSecond == 15)
    kernel.permanentFailures["VIDIOC_G_PARM"] = ENOTTY
    let camera = try CameraFixture.open(kernel)
    #expect(camera.nominalFramesPerSecond == nil)
    #expect(camera.description == "/dev/video0 (Test Camera), 640x480 YUYV")
  }

  @Test(arguments: [1, 2, 3, 32, 1000] as [UInt32]) func anyNumberOfGrantedBuffersWillDo(granted: UInt32)
    throws
  {
    var fake = CameraFixture.smallCamera()
    fake.grantedBuffers = granted
    let kernel = FakeKernel(fake)
    do {
      let camera = try CameraFixture.open(kernel)
      kernel.happenings = [.deliver([CameraFixture.frame(sequence: 0)])]
      _ = try CameraFixture.eventsToFrame(camera)
      #expect(kernel.queuedCount == Int(min(granted, 32)))
    }
    #expect(kernel.isEverythingReleased)
  }

  @Test func noBuffersAtAllAreAFailure() {
    var fake = FakeCamera()
    fake.grantedBuffers = 0
    #expect(throws: CaptureError.systemCall(name: "VIDIOC_REQBUFS", path: "/dev/video0", errno: ENOMEM)) {
      try CameraFixture.open(FakeKernel(fake))
    }
  }

  @Test(arguments: [0, 1, 640 * 480 * 2 - 1, .max] as [UInt32]) func impossibleBuffersAreRefused(
    length: UInt32
  ) {
    var fake = FakeCamera()
    fake.bufferLength = length
    let kernel = FakeKernel(fake)
    #expect {
      try CameraFixture.open(kernel)
    } throws: { error in
      guard case CaptureError.unreadable(path: "/dev/video0", _) = error else { return false }
      return true
    }
    #expect(kernel.isEverythingReleased)
  }

  /// What a broken or hostile driver may answer to S_FMT.
  @Test(
    arguments: [
      (0, 480, 0), (640, 0, 0), (.max, .max, 0), (640, 480, 1279), (640, 480, .max), (16_385, 1, 0),
      (16_000, 16_000, 0),
    ] as [(UInt32, UInt32, UInt32)])
  func impossibleFormatsAreRefused(width: UInt32, height: UInt32, bytesPerLine: UInt32) {
    var fake = FakeCamera()
    fake.grant = { format, _ in
      var granted = format
      granted.width = width
      granted.height = height
      granted.bytes_per_line = bytesPerLine
      granted.pixel_format = FourCC("YUYV").rawValue
      return granted
    }
    let kernel = FakeKernel(fake)
    #expect {
      try CameraFixture.open(kernel)
    } throws: { error in
      guard case CaptureError.noUsableFormat = error else { return false }
      return true
    }
    #expect(kernel.isEverythingReleased)
  }

  @Test func listsWithoutEndAreCutOff() throws {
    var fake = FakeCamera()
    let size = FakeCamera.Size(640, 480, framesPerSecond: Array(repeating: 30, count: 10_000))
    let format = FakeCamera.Format(fourCC: FourCC("YUYV"), sizes: Array(repeating: size, count: 10_000))
    fake.formats = Array(repeating: format, count: 10_000)
    let kernel = FakeKernel(fake)
    _ = try CameraFixture.open(kernel)
    #expect(kernel.calls.count < 100_000)
  }

  @Test(
    arguments: [
      ("YUYV", 0, 0, SampleRange.limited), ("YUYV", 1, 0, .full), ("YUYV", 2, 0, .limited),
      ("YUYV", 0, 7, .full), ("RGB3", 0, 0, .full), ("GREY", 0, 8, .full), ("GREY", 2, 8, .limited),
      ("NV12", 99, 0, .limited),
    ] as [(StaticString, UInt32, UInt32, SampleRange)])
  func quantizationFollowsTheDriver(
    code: StaticString, quantization: UInt32, colorspace: UInt32, range: SampleRange
  ) throws {
    var answer = cv4l2_format()
    answer.width = 64
    answer.height = 48
    answer.pixel_format = FourCC(code).rawValue
    answer.quantization = quantization
    answer.colorspace = colorspace
    #expect(try CaptureFormat(checking: answer).range == range)
  }

  @Test(arguments: [5, 6] as [UInt32]) func fieldsOneAfterTheOtherAreNoPicture(field: UInt32) {
    var answer = cv4l2_format()
    answer.width = 64
    answer.height = 48
    answer.pixel_format = FourCC("YUYV").rawValue
    answer.field = field
    #expect(throws: CaptureFormat.Refusal.self) { try CaptureFormat(checking: answer) }
  }
}
