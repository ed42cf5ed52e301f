import CV4L2
import Glibc

/// Finds the cameras of this machine.
///
///     print(CameraEnumerator().list().text)
public struct CameraEnumerator {
  private let kernel: any V4L2Kernel
  private let directory: DeviceDirectory
  private let holders: DeviceHolders

  /// For the cameras in `/dev`.
  public init() { self.init(kernel: SystemKernel()) }

  init(
    kernel: any V4L2Kernel, directory: DeviceDirectory = DeviceDirectory(),
    holders: DeviceHolders = DeviceHolders()
  ) {
    self.kernel = kernel
    self.directory = directory
    self.holders = holders
  }

  /// Looks at every video node. Never fails: a node that cannot be looked at is listed with the reason.
  public func list() -> CameraList {
    var list = CameraList(cameras: [], others: [])
    for node in directory.nodes() {
      do throws(CaptureError) {
        switch try look(at: node) {
        case .camera(let camera): list.cameras.append(camera)
        case .other(let other): list.others.append(other)
        }
      } catch {
        var other = CameraList.OtherNode(path: node, card: "", reason: Self.reason(of: error, at: node))
        if case .notPermitted = error { other.isRefused = true }
        list.others.append(other)
      }
    }
    return list
  }

  /// The node that a device's name stands for: `0`, `/dev/video0`, a stable path, or a stable name.
  ///
  /// - Throws: ``CaptureError/notFound(path:)`` where there is nothing.
  public func node(of device: String) throws(CaptureError) -> String {
    let path = directory.path(of: device)
    let node = directory.realPath(path)
    guard access(node, F_OK) == 0 else { throw .notFound(path: path) }
    return node
  }

  private enum Node {
    case camera(CameraDescription)
    case other(CameraList.OtherNode)
  }

  private func look(at node: String) throws(CaptureError) -> Node {
    var device = try open(node, converts: false)
    var capability = try device.capability()
    if capability.isMultiplanarCamera {
      device = try open(node, converts: true)
      capability = try device.capability()
    }
    if let reason = capability.otherThanCamera {
      return .other(CameraList.OtherNode(path: node, card: capability.card, reason: reason))
    }
    return .camera(
      CameraDescription(
        path: node, card: capability.card, driver: capability.driver, bus: capability.bus,
        stablePaths: directory.stablePaths(of: node), formats: try formats(of: device)))
  }

  private func open(_ node: String, converts: Bool) throws(CaptureError) -> OpenDevice {
    try OpenDevice(
      kernel: kernel, path: node, node: directory.realPath(node), converts: converts, holders: holders)
  }

  private func formats(of device: OpenDevice) throws(CaptureError) -> [CameraDescription.Format] {
    var formats: [CameraDescription.Format] = []
    for listed in try device.listedFormats() {
      var sizes: [CameraDescription.Size] = []
      for range in try device.frameSizes(of: listed.fourCC) {
        let intervals = try device.frameIntervals(
          of: listed.fourCC, width: range.maximumWidth, height: range.maximumHeight)
        sizes.append(CameraDescription.Size(range: range, intervals: intervals))
      }
      formats.append(
        CameraDescription.Format(
          fourCC: listed.fourCC, text: listed.text,
          isDirect: CameraPixelFormat(fourCC: listed.fourCC) != nil && !listed.isEmulated
            && !device.handle.converts, sizes: sizes))
    }
    return formats
  }

  /// The error's sentence without the path, which stands before it in the list.
  private static func reason(of error: CaptureError, at node: String) -> String {
    let text = "\(error)"
    return text.hasPrefix(node + ": ") ? String(text.dropFirst(node.count + 2)) : text
  }
}
