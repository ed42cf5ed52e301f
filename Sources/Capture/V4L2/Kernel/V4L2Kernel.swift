import CV4L2

/// A system call's errno.
struct ErrorNumber: Error, Equatable {
  var value: Int32

  init(_ value: Int32) { self.value = value }
}

/// What a wait for a device ended with.
enum DeviceReadiness: Equatable {
  /// A buffer is there, or an error that only the next call on the device will name.
  case readable
  /// POLLPRI: the driver has something to say beside frames.
  case event
  /// POLLERR: the driver does not stream, or no buffer is queued.
  case broken
  /// POLLERR and POLLHUP: the device is gone.
  case gone
  case timeout
  /// The stop signal was raised.
  case stopped
}

/// The calls that a camera makes, one function for each ioctl. Everything a camera knows about the world
/// comes through here, so tests can answer anything in any order.
///
/// What comes back is as the driver gave it: not checked.
protocol V4L2Kernel {
  /// - Parameter converts: Whether libv4l2 is to stand between, which offers common formats for odd ones.
  func open(_ path: String, converts: Bool) throws(ErrorNumber) -> cv4l2_device
  func close(_ device: cv4l2_device)

  func capability(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_capability
  func formatDescription(
    _ device: cv4l2_device, index: UInt32
  ) throws(ErrorNumber) -> cv4l2_format_description
  func frameSize(
    _ device: cv4l2_device, index: UInt32, pixelFormat: UInt32
  ) throws(ErrorNumber) -> cv4l2_frame_size
  func frameInterval(
    _ device: cv4l2_device, index: UInt32, pixelFormat: UInt32, width: UInt32, height: UInt32
  ) throws(ErrorNumber) -> cv4l2_frame_interval

  func format(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_format
  func setFormat(_ device: cv4l2_device, _ format: cv4l2_format) throws(ErrorNumber) -> cv4l2_format
  func tryFormat(_ device: cv4l2_device, _ format: cv4l2_format) throws(ErrorNumber) -> cv4l2_format
  func streamParameters(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_stream_parameters
  func setStreamParameters(
    _ device: cv4l2_device, _ parameters: cv4l2_stream_parameters
  ) throws(ErrorNumber) -> cv4l2_stream_parameters

  /// - Returns: How many buffers were granted.
  func requestBuffers(_ device: cv4l2_device, count: UInt32) throws(ErrorNumber) -> UInt32
  func buffer(_ device: cv4l2_device, index: UInt32) throws(ErrorNumber) -> cv4l2_buffer
  func queueBuffer(_ device: cv4l2_device, index: UInt32) throws(ErrorNumber)
  func dequeueBuffer(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_buffer
  /// - Returns: Memory of exactly `length` bytes, readable until it is unmapped.
  func map(
    _ device: cv4l2_device, length: Int, offset: UInt32
  ) throws(ErrorNumber) -> UnsafeMutableRawBufferPointer
  func unmap(_ device: cv4l2_device, _ memory: UnsafeMutableRawBufferPointer)
  func streamOn(_ device: cv4l2_device) throws(ErrorNumber)
  func streamOff(_ device: cv4l2_device) throws(ErrorNumber)

  /// Asks to be told when the picture that comes in changes its format.
  func subscribeToFormatChanges(_ device: cv4l2_device) throws(ErrorNumber)
  func dequeueEvent(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_event

  func extendedControl(_ device: cv4l2_device, identifier: UInt32) throws(ErrorNumber) -> cv4l2_control
  func control(_ device: cv4l2_device, identifier: UInt32) throws(ErrorNumber) -> cv4l2_control
  func menuItem(
    _ device: cv4l2_device, identifier: UInt32, index: UInt32
  ) throws(ErrorNumber) -> cv4l2_menu_item
  func controlValue(_ device: cv4l2_device, identifier: UInt32) throws(ErrorNumber) -> Int32
  /// - Returns: What the driver made of the value.
  func setControl(
    _ device: cv4l2_device, identifier: UInt32, value: Int32
  ) throws(ErrorNumber) -> Int32
  /// - Returns: What the driver made of the value.
  func setExtendedControl(
    _ device: cv4l2_device, identifier: UInt32, is64Bits: Bool, value: Int64
  ) throws(ErrorNumber) -> Int64

  /// Waits for the device, or without one for the time alone, but never beyond the stop signal.
  func wait(
    for device: cv4l2_device?, stop: StopSignal, timeoutNanoseconds: UInt64
  ) throws(ErrorNumber) -> DeviceReadiness

  /// The clock of the waits and of the buffers' timestamps.
  var now: MonotonicTime { get }
}
