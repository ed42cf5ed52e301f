import CV4L2
import Foundation
import Testing

@testable import Capture

@Suite struct CameraEnumeratorTests {
  /// A folder that looks like /dev with a webcam (camera and metadata node), an encoder, and a camera that
  /// may not be opened. Removed when it is released.
  private final class FakeDev {
    let root: String
    let kernel = FakeKernel()

    init() throws {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      // The system's folder for temporary files may itself be a link.
      root = DeviceDirectory().realPath(folder.path)
      for name in ["video0", "video1", "video2", "video10", "videox", "null"] {
        #expect(FileManager.default.createFile(atPath: "\(root)/\(name)", contents: nil))
      }
      try link("by-id", "usb-Webcam-index0", to: "video0")
      try link("by-path", "pci-usb-0:1-index0", to: "video0")
      try link("by-id", "usb-Webcam-index1", to: "video1")
      try link("by-id", "gone", to: "video99")
      var metadata = FakeCamera()
      metadata.capabilities = cv4l2_capability_metadata_capture | cv4l2_capability_streaming
      var encoder = FakeCamera()
      encoder.card = "Encoder"
      encoder.capabilities = cv4l2_capability_memory_to_memory_multiplanar | cv4l2_capability_streaming
      kernel.nodes = ["\(root)/video1": metadata, "\(root)/video2": encoder]
      kernel.failures["open"] = [nil, nil, nil, EACCES]
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    private func link(_ folder: String, _ name: String, to node: String) throws {
      let path = "\(root)/v4l/\(folder)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        atPath: "\(path)/\(name)", withDestinationPath: "../../\(node)")
    }

    var enumerator: CameraEnumerator {
      CameraEnumerator(kernel: kernel, directory: DeviceDirectory(root: root))
    }
  }

  @Test func camerasAreListedWithTheirStablePaths() throws {
    let dev = try FakeDev()
    let list = dev.enumerator.list()
    #expect(list.cameras.map(\.path) == ["\(dev.root)/video0"])
    let camera = try #require(list.cameras.first)
    #expect(camera.card == "Test Camera")
    #expect(camera.driver == "fake")
    #expect(camera.bus == "usb-1")
    #expect(
      camera.stablePaths == [
        "\(dev.root)/v4l/by-id/usb-Webcam-index0", "\(dev.root)/v4l/by-path/pci-usb-0:1-index0",
      ])
    #expect(camera.formats.map(\.fourCC) == [FourCC("YUYV")])
    #expect(camera.formats.first?.sizes.first?.range == FrameSizeRange(width: 640, height: 480))
    #expect(camera.formats.first?.sizes.first?.intervals.map(\.shortest.framesPerSecond) == [30])
    #expect(dev.kernel.isEverythingReleased)
  }

  @Test func otherNodesAreNamedWithTheReason() throws {
    let dev = try FakeDev()
    let others = dev.enumerator.list().others
    #expect(others.map(\.path) == ["video1", "video2", "video10"].map { "\(dev.root)/\($0)" })
    #expect(others.map(\.reason).prefix(2) == ["a metadata node", "an encoder or decoder"])
    #expect(others.last?.reason.hasPrefix("permission denied") == true)
    #expect(others.map(\.isRefused) == [false, false, true])
  }

  @Test func theTextNamesEverything() throws {
    let dev = try FakeDev()
    let text = dev.enumerator.list().text
    #expect(
      text.hasPrefix(
        """
        \(dev.root)/video0: Test Camera
          driver   fake, usb-1
          also     \(dev.root)/v4l/by-id/usb-Webcam-index0
                   \(dev.root)/v4l/by-path/pci-usb-0:1-index0
          YUYV     a format
                     640x480 at 30 fps
        \(dev.root)/video1 (Test Camera): no camera: a metadata node
        """))
  }

  @Test func theJSONHasItAll() throws {
    let dev = try FakeDev()
    dev.kernel.camera.formats.append(
      FakeCamera.Format(
        fourCC: FourCC("H264"),
        sizes: [FakeCamera.Size(from: (32, 16), through: (1920, 1080), step: (2, 4), framesPerSecond: 1...30)]
      ))
    let data = try JSONEncoder().encode(dev.enumerator.list())
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let cameras = try #require(object["cameras"] as? [[String: Any]])
    let formats = try #require(cameras.first?["formats"] as? [[String: Any]])
    #expect(formats.map { $0["format"] as? String } == ["YUYV", "H264"])
    #expect(formats.map { $0["direct"] as? Bool } == [true, false])
    let range = try #require((formats.last?["sizes"] as? [[String: Any]])?.first)
    #expect(range["maximum_width"] as? Int == 1920)
    #expect(range["height_step"] as? Int == 4)
    let rates = try #require(range["rates"] as? [[String: Double]])
    #expect(rates == [["minimum_frames_per_second": 1, "maximum_frames_per_second": 30]])
    #expect((object["others"] as? [[String: Any]])?.count == 3)
  }

  @Test func noCamerasIsSaid() {
    let enumerator = CameraEnumerator(kernel: FakeKernel(), directory: DeviceDirectory(root: "/nonexistent"))
    #expect(enumerator.list().text == "no cameras")
  }

  @Test func devicesAreFoundByAnyOfTheirNames() throws {
    let dev = try FakeDev()
    let names = [
      "0", "video0", "usb-Webcam-index0", "pci-usb-0:1-index0", "\(dev.root)/video0",
      "\(dev.root)/v4l/by-id/usb-Webcam-index0",
    ]
    for name in names { #expect(try dev.enumerator.node(of: name) == "\(dev.root)/video0") }
    #expect(throws: CaptureError.notFound(path: "\(dev.root)/video5")) { try dev.enumerator.node(of: "5") }
    #expect(throws: CaptureError.self) { try dev.enumerator.node(of: "gone") }
  }

  @Test func aStablePathIsOpenedByItsNode() throws {
    let dev = try FakeDev()
    let kernel = FakeKernel()
    kernel.nodes["\(dev.root)/video0"] = CameraFixture.jpegCamera()
    let camera = try V4L2Camera(
      V4L2Request(device: "usb-Webcam-index0"), stop: StopSignal(), kernel: kernel,
      directory: DeviceDirectory(root: dev.root))
    #expect(camera.description == "usb-Webcam-index0 (Test Camera), 640x480 MJPG at 30 fps")
  }

  @Test func whoHoldsADeviceIsNamed() throws {
    let dev = try FakeDev()
    let proc = "\(dev.root)/proc"
    for (process, name) in [(7, "ffmpeg\n"), (8, "bystander\n"), (9, "guvcview\n"), (10, "ourselves\n")] {
      try FileManager.default.createDirectory(
        atPath: "\(proc)/\(process)/fd", withIntermediateDirectories: true)
      try Data(name.utf8).write(to: URL(fileURLWithPath: "\(proc)/\(process)/comm"))
      try FileManager.default.createSymbolicLink(
        atPath: "\(proc)/\(process)/fd/3",
        withDestinationPath: process == 8 ? "/dev/null" : "\(dev.root)/video0")
    }
    let holders = DeviceHolders(processDirectory: proc, ownProcess: 10)
    #expect(holders.holder(of: "\(dev.root)/video0") == "ffmpeg (process 7), guvcview (process 9)")
    #expect(holders.holder(of: "\(dev.root)/video1") == nil)
    dev.kernel.failures = ["VIDIOC_S_FMT": [EBUSY]]
    #expect(
      throws: CaptureError.deviceBusy(path: "0", holder: "ffmpeg (process 7), guvcview (process 9)")
    ) {
      try V4L2Camera(
        V4L2Request(device: "0"), stop: StopSignal(), kernel: dev.kernel,
        directory: DeviceDirectory(root: dev.root), holders: holders)
    }
  }
}
