import Imaging
import Testing

@testable import Capture

/// Opens cameras of a fake kernel.
enum CameraFixture {
  static func open(
    _ kernel: FakeKernel, _ request: V4L2Request = V4L2Request(device: "/dev/video0"),
    stop: StopSignal = StopSignal()
  ) throws(CaptureError) -> V4L2Camera {
    try V4L2Camera(
      request, stop: stop, kernel: kernel, directory: DeviceDirectory(root: "/nonexistent"),
      holders: DeviceHolders(processDirectory: "/nonexistent"))
  }

  /// A camera with tiny YUYV frames of 4x2 pixels.
  static func smallCamera() -> FakeCamera {
    var camera = FakeCamera()
    camera.formats = [
      FakeCamera.Format(fourCC: FourCC("YUYV"), sizes: [FakeCamera.Size(4, 2, framesPerSecond: [30])])
    ]
    camera.bufferLength = 16
    return camera
  }

  /// A camera with JPEG frames.
  static func jpegCamera() -> FakeCamera {
    var camera = FakeCamera()
    camera.formats = [
      FakeCamera.Format(fourCC: FourCC("MJPG"), sizes: [FakeCamera.Size(640, 480, framesPerSecond: [30])])
    ]
    camera.bufferLength = 65_536
    return camera
  }

  /// A JPEG of one grey.
  static func jpeg(width: Int = 640, height: Int = 480) throws -> [UInt8] {
    try JPEGEncoder().encode(
      Picture(width: width, height: height, subsampling: .yuv422, luma: 90), quality: 60)
  }

  /// A whole frame of the small camera with this luma.
  static func frame(
    sequence: UInt32, luma: UInt8 = 100, flags: UInt32 = 0
  ) -> FakeKernel.Delivery {
    FakeKernel.Delivery(
      bytes: (0..<16).map { $0 % 2 == 0 ? luma : 128 }, flags: flags, sequence: sequence)
  }

  /// Calls `next()` until a frame comes, and gives the events before it too.
  static func eventsToFrame(_ camera: V4L2Camera) throws -> (frame: Frame, events: [SourceEvent]) {
    var events: [SourceEvent] = []
    for _ in 0..<20 {
      let event = try camera.next()
      if case .frame(let frame) = event { return (frame, events) }
      events.append(event)
    }
    throw NoFrame(events: "\(events)")
  }

  struct NoFrame: Error {
    let events: String
  }

  /// All drops that `next()` reports until something else comes.
  static func drops(_ camera: V4L2Camera) throws -> [DropReason: UInt64] {
    var drops: [DropReason: UInt64] = [:]
    while case .dropped(let reason, let count) = try camera.next() { drops[reason, default: 0] += count }
    return drops
  }
}
