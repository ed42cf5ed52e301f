import CV4L2
import Foundation
import Testing

@testable import Capture

/// Folders that look like /dev and /sys, with cameras that come and go. Removed when it is released.
final class FakeDeviceTree {
  /// A USB camera as the system sees it.
  struct Camera {
    var card = "Test Camera"
    var bus = "usb-1"
    var model = ("046d", "082d")
    var serial: String?
  }

  let root: String
  let kernel: FakeKernel

  init(kernel: FakeKernel = FakeKernel(CameraFixture.smallCamera())) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("dev"), withIntermediateDirectories: true)
    root = DeviceDirectory().realPath(folder.path)
    self.kernel = kernel
    kernel.knowsOnlyItsNodes = true
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  var devices: String { "\(root)/dev" }
  var system: String { "\(root)/sys" }
  func node(_ number: Int) -> String { "\(devices)/video\(number)" }

  func plugIn(_ camera: Camera, as number: Int) throws {
    var fake = kernel.camera
    fake.card = camera.card
    fake.bus = camera.bus
    kernel.nodes[node(number)] = fake
    let device = "\(system)/devices/\(camera.bus)"
    let interface = "\(device)/interface"
    try FileManager.default.createDirectory(atPath: interface, withIntermediateDirectories: true)
    try camera.model.0.write(toFile: "\(device)/idVendor", atomically: true, encoding: .utf8)
    try (camera.model.1 + "\n").write(toFile: "\(device)/idProduct", atomically: true, encoding: .utf8)
    try? FileManager.default.removeItem(atPath: "\(device)/serial")
    try camera.serial?.write(toFile: "\(device)/serial", atomically: true, encoding: .utf8)
    let entry = "\(system)/class/video4linux/video\(number)"
    try FileManager.default.createDirectory(atPath: entry, withIntermediateDirectories: true)
    try? FileManager.default.removeItem(atPath: "\(entry)/device")
    try FileManager.default.createSymbolicLink(atPath: "\(entry)/device", withDestinationPath: interface)
    try "0\n".write(toFile: "\(entry)/index", atomically: true, encoding: .utf8)
    #expect(FileManager.default.createFile(atPath: node(number), contents: nil))
  }

  func pullOut(_ number: Int) throws {
    try FileManager.default.removeItem(atPath: node(number))
    try FileManager.default.removeItem(atPath: "\(system)/class/video4linux/video\(number)")
    kernel.nodes[node(number)] = nil
  }

  func link(_ folder: String, _ name: String, to number: Int) throws {
    let path = "\(devices)/v4l/\(folder)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
    try FileManager.default.createSymbolicLink(
      atPath: "\(path)/\(name)", withDestinationPath: "../../video\(number)")
  }

  /// A supply of the camera with a name, on these folders.
  func supply(_ device: String) -> CameraSupply {
    // One thread at a time uses it: the test's.
    nonisolated(unsafe) let kernel = kernel
    return CameraSupply(V4L2Request(device: device), deviceRoot: devices, systemRoot: system) { kernel }
  }
}
