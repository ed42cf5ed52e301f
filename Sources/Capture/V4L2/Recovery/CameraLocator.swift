import Foundation

/// Finds the node of a camera by its name, or of a camera that was there before by its identity.
struct CameraLocator {
  let kernel: any V4L2Kernel
  var directory = DeviceDirectory()
  var system = SystemDeviceFiles()
  var holders = DeviceHolders()

  /// The prefix of names that are neither numbers nor paths: a USB socket as `emotiond devices` lists it, or a link
  /// of udev's.
  static let socketPrefix = "usb-"

  /// The node that a name leads to.
  ///
  /// - Parameters:
  ///   - device: An index, a path, the name of a node or of a stable link, or a socket (`usb-0000:00:14.0-2`).
  ///   - known: The camera that had this name so far; nil before the first.
  ///   - takesOthers: Whether another camera that has the name now is taken.
  /// - Throws: ``CaptureError/notFound(path:)``, ``CaptureError/differentCamera(path:found:wanted:)``.
  func node(
    of device: String, known: CameraIdentity?, takesOthers: Bool
  ) throws(CaptureError) -> String {
    let path = directory.path(of: device)
    if device.hasPrefix(Self.socketPrefix), !FileManager.default.fileExists(atPath: path) {
      guard let node = node(inSocket: device) else { throw .notFound(path: device) }
      return node
    }
    // A stable link says by itself which camera is meant: this model, or this socket.
    guard let known, !isStable(path) else { return directory.realPath(path) }
    if let node = bestNode(for: known) { return node }
    let named = directory.realPath(path)
    guard FileManager.default.fileExists(atPath: named) else { throw .notFound(path: device) }
    guard let found = identity(of: named), !takesOthers else { return named }
    throw .differentCamera(
      path: device, found: "\(found.card) at \(found.bus)", wanted: "\(known.card) from \(known.bus)")
  }

  /// Who a node's camera is; nil where it cannot be asked, or is no camera.
  func identity(of node: String) -> CameraIdentity? {
    guard
      let device = try? OpenDevice(
        kernel: kernel, path: node, node: node, converts: false, holders: holders),
      let capability = try? device.capability(),
      capability.isMultiplanarCamera || capability.otherThanCamera == nil
    else { return nil }
    return identity(capability, node: node)
  }

  /// Who an open camera is.
  func identity(_ capability: DeviceCapability, node: String) -> CameraIdentity {
    system.complete(CameraIdentity(card: capability.card, bus: capability.bus), node: node)
  }

  /// Who an open camera is, with what is needed to find it again.
  func lastingIdentity(_ capability: DeviceCapability, node: String) -> CameraIdentity {
    var identity = identity(capability, node: node)
    identity.neighbours = neighbours(of: identity)
    return identity
  }

  /// The sockets of other cameras that are there now and could be taken for this one.
  func neighbours(of identity: CameraIdentity) -> Set<String> {
    var known = identity
    known.neighbours = []
    return Set(
      directory.nodes().compactMap { self.identity(of: $0) }
        .filter { $0.bus != known.bus && $0.likeness(to: known) != nil }.map(\.bus))
  }

  private func isStable(_ path: String) -> Bool { path.hasPrefix("\(directory.root)/v4l/") }

  private func bestNode(for known: CameraIdentity) -> String? {
    let likely = directory.nodes().compactMap { node in
      identity(of: node).flatMap { $0.likeness(to: known) }.map { (node: node, likeness: $0) }
    }
    // Of several that are equally likely the first, by number.
    let best = likely.map(\.likeness).max()
    return likely.first { $0.likeness == best }?.node
  }

  private func node(inSocket name: String) -> String? {
    guard name.hasPrefix(Self.socketPrefix) else { return nil }
    return directory.nodes().first { identity(of: $0)?.bus == name }
  }
}
