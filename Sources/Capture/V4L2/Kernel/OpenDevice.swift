import CV4L2
import Glibc

/// An open V4L2 device, closed when it is released. Turns errno into ``CaptureError``.
final class OpenDevice {
  let kernel: any V4L2Kernel
  let handle: cv4l2_device
  /// The path as the user gave it, for messages.
  let path: String
  /// The node behind it.
  let node: String
  private let holders: DeviceHolders

  /// How often a call is repeated that signals interrupt. Real ones interrupt a call once or twice.
  private static let interruptionLimit = 100

  /// - Parameter converts: Whether libv4l2 converts the camera's formats.
  init(
    kernel: any V4L2Kernel, path: String, node: String, converts: Bool, holders: DeviceHolders
  ) throws(CaptureError) {
    self.kernel = kernel
    self.path = path
    self.node = node
    self.holders = holders
    do throws(ErrorNumber) {
      handle = try Self.repeatingInterrupted { () throws(ErrorNumber) in
        try kernel.open(node, converts: converts)
      }
    } catch {
      throw Self.openError(error, path: path, node: node, holders: holders)
    }
  }

  deinit { kernel.close(handle) }

  /// Makes a call, again where a signal interrupted it; for calls with a fallback.
  func attempt<Answer>(
    _ call: (any V4L2Kernel, cv4l2_device) throws(ErrorNumber) -> Answer
  ) throws(ErrorNumber) -> Answer {
    try Self.repeatingInterrupted { () throws(ErrorNumber) in try call(kernel, handle) }
  }

  /// Makes a call without which the camera is of no use.
  ///
  /// - Parameter name: The call's name for messages, `VIDIOC_S_FMT`.
  func require<Answer>(
    _ name: String, _ call: (any V4L2Kernel, cv4l2_device) throws(ErrorNumber) -> Answer
  ) throws(CaptureError) -> Answer {
    do throws(ErrorNumber) { return try attempt(call) } catch { throw captureError(error, call: name) }
  }

  /// What the device is and can do; ``CaptureError/notACamera(path:what:)`` for what does not speak V4L2.
  func capability() throws(CaptureError) -> DeviceCapability {
    do throws(ErrorNumber) {
      return DeviceCapability(
        try attempt { (kernel, handle) throws(ErrorNumber) in try kernel.capability(handle) })
    } catch  where [ENOTTY, EINVAL, ENOSYS].contains(error.value) {
      throw .notACamera(path: path, what: "something else than a video device")
    } catch {
      throw captureError(error, call: "VIDIOC_QUERYCAP")
    }
  }

  /// What an errno of a call on an open device means.
  func captureError(_ error: ErrorNumber, call: String) -> CaptureError {
    switch error.value {
    case ENODEV, ENXIO: .deviceLost(path: path)
    case EBUSY: .deviceBusy(path: path, holder: holders.holder(of: node))
    case EACCES, EPERM: .notPermitted(path: path)
    default: .systemCall(name: call, path: path, errno: error.value)
    }
  }

  /// Throws where the error says that the device is gone; for calls whose other errors do not matter.
  func throwIfLost(_ error: ErrorNumber) throws(CaptureError) {
    if error.value == ENODEV || error.value == ENXIO { throw .deviceLost(path: path) }
  }

  private static func openError(
    _ error: ErrorNumber, path: String, node: String, holders: DeviceHolders
  ) -> CaptureError {
    switch error.value {
    case ENOENT, ENOTDIR, ENODEV, ENXIO, ELOOP: .notFound(path: path)
    case EACCES, EPERM, EROFS: .notPermitted(path: path)
    case EBUSY: .deviceBusy(path: path, holder: holders.holder(of: node))
    case EISDIR: .notACamera(path: path, what: "a folder")
    default: .systemCall(name: "open", path: path, errno: error.value)
    }
  }

  private static func repeatingInterrupted<Answer>(
    _ call: () throws(ErrorNumber) -> Answer
  ) throws(ErrorNumber) -> Answer {
    for _ in 0..<interruptionLimit {
      do throws(ErrorNumber) { return try call() } catch  where error.value == EINTR { continue }
    }
    throw ErrorNumber(EINTR)
  }
}
