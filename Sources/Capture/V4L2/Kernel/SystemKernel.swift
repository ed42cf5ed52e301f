import CV4L2
import Glibc

/// The machine's own kernel.
struct SystemKernel: V4L2Kernel {
  func open(_ path: String, converts: Bool) throws(ErrorNumber) -> cv4l2_device {
    var device = cv4l2_device()
    try check(cv4l2_open(path, converts, &device))
    return device
  }

  func close(_ device: cv4l2_device) {
    // Nothing can be done about an error: the descriptor is gone either way (close(2)).
    _ = cv4l2_close(device)
  }

  func capability(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_capability {
    var capability = cv4l2_capability()
    try check(cv4l2_query_capability(device, &capability))
    return capability
  }

  func formatDescription(
    _ device: cv4l2_device, index: UInt32
  ) throws(ErrorNumber) -> cv4l2_format_description {
    var description = cv4l2_format_description()
    try check(cv4l2_enumerate_format(device, index, &description))
    return description
  }

  func frameSize(
    _ device: cv4l2_device, index: UInt32, pixelFormat: UInt32
  ) throws(ErrorNumber) -> cv4l2_frame_size {
    var size = cv4l2_frame_size()
    try check(cv4l2_enumerate_frame_size(device, index, pixelFormat, &size))
    return size
  }

  func frameInterval(
    _ device: cv4l2_device, index: UInt32, pixelFormat: UInt32, width: UInt32, height: UInt32
  ) throws(ErrorNumber) -> cv4l2_frame_interval {
    var interval = cv4l2_frame_interval()
    try check(cv4l2_enumerate_frame_interval(device, index, pixelFormat, width, height, &interval))
    return interval
  }

  func format(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_format {
    var format = cv4l2_format()
    try check(cv4l2_get_format(device, &format))
    return format
  }

  func setFormat(_ device: cv4l2_device, _ format: cv4l2_format) throws(ErrorNumber) -> cv4l2_format {
    var format = format
    try check(cv4l2_set_format(device, &format))
    return format
  }

  func tryFormat(_ device: cv4l2_device, _ format: cv4l2_format) throws(ErrorNumber) -> cv4l2_format {
    var format = format
    try check(cv4l2_try_format(device, &format))
    return format
  }

  func streamParameters(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_stream_parameters {
    var parameters = cv4l2_stream_parameters()
    try check(cv4l2_get_stream_parameters(device, &parameters))
    return parameters
  }

  func setStreamParameters(
    _ device: cv4l2_device, _ parameters: cv4l2_stream_parameters
  ) throws(ErrorNumber) -> cv4l2_stream_parameters {
    var parameters = parameters
    try check(cv4l2_set_stream_parameters(device, &parameters))
    return parameters
  }

  func requestBuffers(_ device: cv4l2_device, count: UInt32) throws(ErrorNumber) -> UInt32 {
    var granted = count
    try check(cv4l2_request_buffers(device, &granted))
    return granted
  }

  func buffer(_ device: cv4l2_device, index: UInt32) throws(ErrorNumber) -> cv4l2_buffer {
    var buffer = cv4l2_buffer()
    try check(cv4l2_query_buffer(device, index, &buffer))
    return buffer
  }

  func queueBuffer(_ device: cv4l2_device, index: UInt32) throws(ErrorNumber) {
    try check(cv4l2_queue_buffer(device, index))
  }

  func dequeueBuffer(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_buffer {
    var buffer = cv4l2_buffer()
    try check(cv4l2_dequeue_buffer(device, &buffer))
    return buffer
  }

  func map(
    _ device: cv4l2_device, length: Int, offset: UInt32
  ) throws(ErrorNumber) -> UnsafeMutableRawBufferPointer {
    var address: UnsafeMutableRawPointer?
    try check(cv4l2_map(device, length, offset, &address))
    return UnsafeMutableRawBufferPointer(start: address, count: length)
  }

  func unmap(_ device: cv4l2_device, _ memory: UnsafeMutableRawBufferPointer) {
    guard let address = memory.baseAddress else { return }
    _ = cv4l2_unmap(device, address, memory.count)
  }

  func streamOn(_ device: cv4l2_device) throws(ErrorNumber) { try check(cv4l2_stream_on(device)) }

  func streamOff(_ device: cv4l2_device) throws(ErrorNumber) { try check(cv4l2_stream_off(device)) }

  func subscribeToFormatChanges(_ device: cv4l2_device) throws(ErrorNumber) {
    try check(cv4l2_subscribe_source_change(device))
  }

  func dequeueEvent(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_event {
    var event = cv4l2_event()
    try check(cv4l2_dequeue_event(device, &event))
    return event
  }

  func extendedControl(_ device: cv4l2_device, identifier: UInt32) throws(ErrorNumber) -> cv4l2_control {
    var control = cv4l2_control()
    try check(cv4l2_query_extended_control(device, identifier, &control))
    return control
  }

  func control(_ device: cv4l2_device, identifier: UInt32) throws(ErrorNumber) -> cv4l2_control {
    var control = cv4l2_control()
    try check(cv4l2_query_control(device, identifier, &control))
    return control
  }

  func menuItem(
    _ device: cv4l2_device, identifier: UInt32, index: UInt32
  ) throws(ErrorNumber) -> cv4l2_menu_item {
    var item = cv4l2_menu_item()
    try check(cv4l2_query_menu_item(device, identifier, index, &item))
    return item
  }

  func controlValue(_ device: cv4l2_device, identifier: UInt32) throws(ErrorNumber) -> Int32 {
    var value: Int32 = 0
    try check(cv4l2_get_control(device, identifier, &value))
    return value
  }

  func setControl(
    _ device: cv4l2_device, identifier: UInt32, value: Int32
  ) throws(ErrorNumber) -> Int32 {
    var value = value
    try check(cv4l2_set_control(device, identifier, &value))
    return value
  }

  func setExtendedControl(
    _ device: cv4l2_device, identifier: UInt32, is64Bits: Bool, value: Int64
  ) throws(ErrorNumber) -> Int64 {
    var value = value
    try check(cv4l2_set_extended_control(device, identifier, is64Bits, &value))
    return value
  }

  func wait(
    for device: cv4l2_device?, stop: StopSignal, timeoutNanoseconds: UInt64
  ) throws(ErrorNumber) -> DeviceReadiness {
    // poll(2) passes over negative descriptors.
    let descriptors = (
      pollfd(fd: stop.fileDescriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: device?.descriptor ?? -1, events: Int16(POLLIN | POLLPRI), revents: 0)
    )
    var waited = descriptors
    let status = withUnsafeMutableBytes(of: &waited) { bytes in
      cv4l2_poll(
        bytes.assumingMemoryBound(to: pollfd.self).baseAddress, 2,
        Int64(min(timeoutNanoseconds, UInt64(Int64.max))))
    }
    try check(min(status, 0))
    if waited.0.revents != 0 { return .stopped }
    let events = Int32(waited.1.revents)
    // A buffer that is there is taken before an error is looked at.
    if events & POLLIN != 0 { return .readable }
    if events & (POLLHUP | POLLNVAL) != 0 { return .gone }
    if events & POLLPRI != 0 { return .event }
    if events & POLLERR != 0 { return .broken }
    return .timeout
  }

  var now: MonotonicTime { .now }

  private func check(_ status: Int32) throws(ErrorNumber) {
    if status < 0 { throw ErrorNumber(-status) }
  }
}

/// The text in a C array of characters that ends with a zero byte. Bytes that are not UTF-8 become U+FFFD.
func text<Characters>(_ characters: Characters) -> String {
  withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
