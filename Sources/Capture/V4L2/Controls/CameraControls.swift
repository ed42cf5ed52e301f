import CV4L2
import Glibc

/// The controls of an open camera: brightness, exposure and whatever else its driver lists.
struct CameraControls {
  let device: OpenDevice

  /// More than any driver has; a driver that lists on for ever is cut off here.
  private static let controlLimit = 1024
  private static let menuItemLimit: Int64 = 256

  /// Sets controls one after the other. What the driver lets nobody set now comes once more after all others: an
  /// exposure may be set only once automatic exposure is off (uvcvideo answers EACCES until then, other drivers EBUSY).
  ///
  /// - Throws: ``CaptureError/control(name:path:reason:)`` for an unknown control or an impossible value, with
  ///   what is possible; ``CaptureError/deviceLost(path:)``.
  func apply(_ settings: [CameraControlSetting]) throws(CaptureError) {
    guard !settings.isEmpty else { return }
    let controls = try listed()
    var postponed: [(control: CameraControl, setting: CameraControlSetting)] = []
    for setting in settings {
      let name = CameraControl.normalisedName(setting.name)
      guard let control = controls.first(where: { $0.name == name }) else {
        let known = controls.map(\.name)
        throw refusal(
          setting,
          known.isEmpty
            ? "the camera has no controls" : "no such control; there are \(known.joined(separator: ", "))")
      }
      if !(try set(control, setting, postpones: true)) { postponed.append((control, setting)) }
    }
    for (control, setting) in postponed { _ = try set(control, setting, postpones: false) }
  }

  /// All controls that can be set from outside, in the driver's order.
  ///
  /// - Throws: ``CaptureError/deviceLost(path:)`` only.
  func listed() throws(CaptureError) -> [CameraControl] {
    var controls: [CameraControl] = []
    var previous: UInt32 = 0
    for _ in 0..<Self.controlLimit {
      let answer: cv4l2_control
      do throws(ErrorNumber) {
        answer = try query(previous | cv4l2_control_next)
      } catch {
        try device.throwIfLost(error)
        break
      }
      guard answer.identifier > previous else { break }
      previous = answer.identifier
      if let control = CameraControl(answer) { controls.append(control) }
    }
    return controls
  }

  /// By the newer call, which knows wide ranges and arrays, or by the older one where a driver lacks it.
  private func query(_ identifier: UInt32) throws(ErrorNumber) -> cv4l2_control {
    do throws(ErrorNumber) {
      return try device.attempt { (kernel, handle) throws(ErrorNumber) in
        try kernel.extendedControl(handle, identifier: identifier)
      }
    } catch  where error.value == ENOTTY {
      return try device.attempt { (kernel, handle) throws(ErrorNumber) in
        try kernel.control(handle, identifier: identifier)
      }
    }
  }

  /// - Returns: Whether it is set; false where the driver forbids it now and that is no failure yet.
  private func set(
    _ control: CameraControl, _ setting: CameraControlSetting, postpones: Bool
  ) throws(CaptureError) -> Bool {
    let items = control.hasMenu ? try menuItems(of: control) : []
    let value: Int64
    do throws(CameraControl.Refusal) {
      value = try control.value(of: setting.value, items: items)
    } catch {
      throw refusal(setting, error.reason)
    }
    do throws(ErrorNumber) {
      try write(control, value)
      return true
    } catch {
      try device.throwIfLost(error)
      if postpones, [EACCES, EPERM, EBUSY].contains(error.value) { return false }
      throw refusal(setting, reason(of: error, for: control, items: items))
    }
  }

  private func write(_ control: CameraControl, _ value: Int64) throws(ErrorNumber) {
    do throws(ErrorNumber) {
      _ = try device.attempt { (kernel, handle) throws(ErrorNumber) in
        try kernel.setExtendedControl(
          handle, identifier: control.identifier, is64Bits: control.kind == .integer64, value: value)
      }
    } catch  where error.value == ENOTTY {
      _ = try device.attempt { (kernel, handle) throws(ErrorNumber) in
        try kernel.setControl(
          handle, identifier: control.identifier, value: Int32(truncatingIfNeeded: value))
      }
    }
  }

  /// The items that the menu really has: numbers may be left out.
  private func menuItems(of control: CameraControl) throws(CaptureError) -> [CameraControl.MenuItem] {
    var items: [CameraControl.MenuItem] = []
    let first = min(max(control.minimum, 0), Int64(UInt32.max) - Self.menuItemLimit)
    let last = min(control.maximum, first + Self.menuItemLimit)
    guard first <= last else { return [] }
    for index in first...last {
      do throws(ErrorNumber) {
        let answer = try device.attempt { (kernel, handle) throws(ErrorNumber) in
          try kernel.menuItem(handle, identifier: control.identifier, index: UInt32(index))
        }
        let name = control.kind == .integerMenu ? String(answer.value) : text(answer.text)
        items.append(CameraControl.MenuItem(index: index, name: name))
      } catch {
        try device.throwIfLost(error)
      }
    }
    return items
  }

  private func reason(
    of error: ErrorNumber, for control: CameraControl, items: [CameraControl.MenuItem]
  ) -> String {
    switch error.value {
    case EINVAL, ERANGE: "the camera refuses the value; possible: \(control.possibleValues(items: items))"
    case EACCES, EPERM: "the camera lets nobody set it now"
    case EBUSY: "another program or an automatic control of the camera holds it"
    default: "the camera failed to set it (\(String(cString: strerror(error.value))))"
    }
  }

  private func refusal(_ setting: CameraControlSetting, _ reason: String) -> CaptureError {
    .control(name: setting.name, path: device.path, reason: reason)
  }
}
