import CV4L2
import Glibc
import Imaging

/// How an agreement with a camera is reached: a chain of steps, each one call and what to do where it fails.
struct Negotiation {
  let request: V4L2Request
  let kernel: any V4L2Kernel
  let directory: DeviceDirectory
  let holders: DeviceHolders
  /// The node to open where it is known already; nil for the one that the request's name leads to.
  var node: String?

  /// A camera with its format set, not yet streaming.
  struct Agreement {
    let device: OpenDevice
    let capability: DeviceCapability
    let format: CaptureFormat
    /// Nil where the driver does not say.
    let framesPerSecond: Double?
    /// Whether libv4l2 converts the camera's formats.
    var isConverted: Bool { device.handle.converts }
  }

  func agree() throws(CaptureError) -> Agreement {
    var device = try open(converts: false)
    var capability = try device.capability()
    if capability.isMultiplanarCamera {
      device = try open(converts: true)
      capability = try device.capability()
    }
    if let other = capability.otherThanCamera {
      throw .notACamera(path: request.device, what: other)
    }
    let listed = try device.listedFormats()
    var refusals: [String] = []
    var format = try setNativeFormat(device, listed: listed, refusals: &refusals)
    if format == nil {
      if !device.handle.converts { device = try open(converts: true) }
      format = try setConvertedFormat(device, refusals: &refusals)
    }
    guard let format else {
      throw .noUsableFormat(path: request.device, offered: offered(listed, refusals: refusals))
    }
    let rate = try setRate(device, format: format)
    try CameraControls(device: device).apply(request.controls)
    return Agreement(device: device, capability: capability, format: format, framesPerSecond: rate)
  }

  private func open(converts: Bool) throws(CaptureError) -> OpenDevice {
    let node = self.node ?? directory.realPath(directory.path(of: request.device))
    return try OpenDevice(
      kernel: kernel, path: request.device, node: node, converts: converts, holders: holders)
  }

  /// Sets the best format that the camera itself gives; nil where it gives none that can be used.
  private func setNativeFormat(
    _ device: OpenDevice, listed: [OpenDevice.ListedFormat], refusals: inout [String]
  ) throws(CaptureError) -> CaptureFormat? {
    if listed.isEmpty { return try keepCurrentFormat(device, refusals: &refusals) }
    let usable = listed.filter { !$0.isEmulated || device.handle.converts }
      .compactMap { CameraPixelFormat(fourCC: $0.fourCC) }
      .filter { request.format == nil || request.format == $0 }
    for mode in try CaptureMode.ranked(of: device, formats: usable, for: request) {
      if let format = try setFormat(device, mode, refusals: &refusals) { return format }
    }
    return nil
  }

  /// Lets libv4l2 convert whatever the camera gives; nil where it cannot.
  private func setConvertedFormat(
    _ device: OpenDevice, refusals: inout [String]
  ) throws(CaptureError) -> CaptureFormat? {
    for format in CameraPixelFormat.convertible where request.format == nil || request.format == format {
      for mode in try CaptureMode.ranked(of: device, formats: [format], for: request) {
        if let granted = try setFormat(device, mode, refusals: &refusals) { return granted }
      }
    }
    return nil
  }

  /// Sets a mode and takes what the driver makes of it. Nil where the driver refuses, or answers with
  /// something that cannot be used or is not the format that the user insists on.
  private func setFormat(
    _ device: OpenDevice, _ mode: CaptureMode, refusals: inout [String]
  ) throws(CaptureError) -> CaptureFormat? {
    var wanted = cv4l2_format()
    wanted.width = UInt32(clamping: mode.width)
    wanted.height = UInt32(clamping: mode.height)
    wanted.pixel_format = mode.format.fourCC.rawValue
    wanted.field = cv4l2_field_none
    do throws(ErrorNumber) {
      let answer = try device.attempt { (kernel, handle) throws(ErrorNumber) in
        try kernel.setFormat(handle, wanted)
      }
      return check(answer, refusals: &refusals)
    } catch  where error.value == EINVAL {
      refusals.append("\(mode.format) \(mode.width)x\(mode.height) is refused")
      return nil
    } catch {
      throw device.captureError(error, call: "VIDIOC_S_FMT")
    }
  }

  /// For drivers that list nothing: the format that they have now.
  private func keepCurrentFormat(
    _ device: OpenDevice, refusals: inout [String]
  ) throws(CaptureError) -> CaptureFormat? {
    do throws(ErrorNumber) {
      let answer = try device.attempt { (kernel, handle) throws(ErrorNumber) in try kernel.format(handle) }
      return check(answer, refusals: &refusals)
    } catch {
      try device.throwIfLost(error)
      return nil
    }
  }

  private func check(_ answer: cv4l2_format, refusals: inout [String]) -> CaptureFormat? {
    do throws(CaptureFormat.Refusal) {
      let format = try CaptureFormat(checking: answer)
      if let wanted = request.format, wanted != format.pixelFormat {
        refusals.append("\(format.pixelFormat) \(format.width)x\(format.height) instead of \(wanted)")
        return nil
      }
      return format
    } catch {
      refusals.append(error.reason)
      return nil
    }
  }

  /// Sets the rate that comes nearest to the request in the granted format, and reads back which it became.
  /// Drivers without rates go at their own.
  private func setRate(_ device: OpenDevice, format: CaptureFormat) throws(CaptureError) -> Double? {
    let listed = try device.frameIntervals(
      of: format.pixelFormat.fourCC, width: format.width, height: format.height)
    let wanted =
      listed.map { $0.nearest(toFramesPerSecond: request.framesPerSecond) }
      .min {
        abs($0.framesPerSecond - request.framesPerSecond) < abs($1.framesPerSecond - request.framesPerSecond)
      } ?? FrameInterval(framesPerSecond: request.framesPerSecond)
    var parameters = cv4l2_stream_parameters()
    parameters.interval = wanted.fraction
    do throws(ErrorNumber) {
      let granted = try device.attempt { (kernel, handle) throws(ErrorNumber) in
        try kernel.setStreamParameters(handle, parameters)
      }
      return FrameInterval(granted.interval)?.framesPerSecond
    } catch {
      try device.throwIfLost(error)
      return try currentRate(device)
    }
  }

  private func currentRate(_ device: OpenDevice) throws(CaptureError) -> Double? {
    do throws(ErrorNumber) {
      let parameters = try device.attempt { (kernel, handle) throws(ErrorNumber) in
        try kernel.streamParameters(handle)
      }
      return FrameInterval(parameters.interval)?.framesPerSecond
    } catch {
      try device.throwIfLost(error)
      return nil
    }
  }

  private func offered(_ listed: [OpenDevice.ListedFormat], refusals: [String]) -> [String] {
    listed.filter { !$0.isEmulated }.map { "\($0.fourCC) (\($0.text))" } + refusals
  }
}
