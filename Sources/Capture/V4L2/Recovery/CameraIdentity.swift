import Foundation

/// By what a camera is known again when its number has changed.
struct CameraIdentity: Equatable, Sendable {
  /// The driver's name of it (VIDIOC_QUERYCAP).
  var card: String
  /// Where it is plugged in (VIDIOC_QUERYCAP): `usb-0000:00:14.0-2`.
  var bus: String
  /// USB vendor and product: `046d:082d`; nil for what is no USB device.
  var model: String?
  /// The USB device's serial number; nil where it has none. Many webcams of one model share theirs.
  var serial: String?
  /// Which of the device's nodes it is; nil where the system does not say.
  var index: Int?

  /// The sockets of the other cameras that were there with it and could be taken for it: a camera in one of them is not
  /// this one.
  var neighbours: Set<String> = []

  /// How sure it is that two are the same camera; larger is surer.
  enum Likeness: Int, Comparable {
    /// The same model in another socket, without serial numbers that tell them apart.
    case model
    /// The same model in the same socket.
    case socket
    /// The same model with the same serial number, in another socket.
    case serial
    /// All of it.
    case everything

    static func < (left: Likeness, right: Likeness) -> Bool { left.rawValue < right.rawValue }
  }

  /// How likely this one, which is there now, is the known one; nil where it is not for all that is known.
  func likeness(to other: CameraIdentity) -> Likeness? {
    if bus != other.bus, other.neighbours.contains(bus) { return nil }
    if let model, let otherModel = other.model {
      guard model == otherModel else { return nil }
    } else {
      guard card == other.card else { return nil }
    }
    if let index, let otherIndex = other.index, index != otherIndex { return nil }
    if let serial, let otherSerial = other.serial, serial != otherSerial { return nil }
    let sharesSerial = serial != nil && serial == other.serial
    switch (sharesSerial, bus == other.bus) {
    case (true, true): return .everything
    case (true, false): return .serial
    case (false, true): return .socket
    case (false, false): return .model
    }
  }
}

/// What sysfs tells of a video node.
struct SystemDeviceFiles {
  /// sysfs; another folder in tests.
  var root = "/sys"

  /// Adds to a camera's identity what the driver does not say.
  func complete(_ identity: CameraIdentity, node: String) -> CameraIdentity {
    let name = node.split(separator: "/").last.map(String.init) ?? node
    let folder = "\(root)/class/video4linux/\(name)"
    var identity = identity
    identity.index = text("\(folder)/index").flatMap { Int($0) }
    // The node belongs to an interface of the USB device, which is the folder above.
    let device = "\(folder)/device/.."
    if let vendor = text("\(device)/idVendor"), let product = text("\(device)/idProduct") {
      identity.model = "\(vendor):\(product)"
      identity.serial = text("\(device)/serial")
    }
    return identity
  }

  private func text(_ path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return trimmed.isEmpty ? nil : trimmed
  }
}
