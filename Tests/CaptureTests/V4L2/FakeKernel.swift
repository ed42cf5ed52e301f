import CV4L2
import Glibc

@testable import Capture

/// A kernel with cameras of the test's making, which can fail any call and deliver anything.
///
/// It keeps the books that a real driver keeps, and notes in ``violations`` what a real driver would punish:
/// use after close, a buffer queued twice, memory that is still mapped when the device is closed.
final class FakeKernel: V4L2Kernel {
  /// A buffer as the driver hands it out.
  struct Delivery {
    var bytes: [UInt8] = []
    var bytesUsed: UInt32?
    var flags: UInt32 = 0
    var sequence: UInt32 = 0
    var timestamp: (seconds: Int64, microseconds: Int64) = (0, 0)
    /// The index to claim instead of the true one.
    var claimedIndex: UInt32?
  }

  /// What a wait for the device ends with.
  enum Happening {
    case deliver([Delivery])
    case answer(DeviceReadiness)
    /// Runs the test's own code, then waits on.
    case run(() -> Void)
  }

  var camera: FakeCamera
  /// Other nodes by path; `camera` answers for all paths that are not here.
  var nodes: [String: FakeCamera] = [:]
  /// Whether nothing is at paths that are not in `nodes`.
  var knowsOnlyItsNodes = false
  /// What the next waits end with; when it is empty nothing happens any more, and waits last their time.
  var happenings: [Happening] = []
  /// errnos for the next calls by name; nil lets a call through.
  var failures: [String: [Int32?]] = [:]
  /// What VIDIOC_DQEVENT gives next: whether the format changed.
  var events: [Bool] = []
  /// Fails every call of this name.
  var permanentFailures: [String: Int32] = [:]

  private(set) var calls: [String] = []
  private(set) var violations: [String] = []
  private(set) var clock: UInt64 = 1_000_000_000_000
  private(set) var setControls: [UInt32: Int64] = [:]

  private var openNodes: [Int32: FakeCamera] = [:]
  private var nextDescriptor: Int32 = 100
  private var mapped: [UnsafeMutableRawPointer: UInt32] = [:]
  private var buffers: [UInt32: UnsafeMutableRawBufferPointer] = [:]
  private var queued: [UInt32] = []
  private var filled: [cv4l2_buffer] = []
  private(set) var isStreaming = false
  /// The path of the camera that was started last.
  private(set) var lastStarted: String?
  private var paths: [Int32: String] = [:]

  init(_ camera: FakeCamera = FakeCamera()) { self.camera = camera }

  /// Whether all that was opened, mapped and started was given back.
  var isEverythingReleased: Bool { openNodes.isEmpty && mapped.isEmpty && !isStreaming }
  var queuedCount: Int { queued.count }

  func count(of call: String) -> Int { calls.count { $0 == call } }

  private func enter(_ call: String, _ device: cv4l2_device? = nil) throws(ErrorNumber) {
    calls.append(call)
    if let device, openNodes[device.descriptor] == nil { violations.append("\(call) on a closed device") }
    if let number = permanentFailures[call] { throw ErrorNumber(number) }
    if var list = failures[call], !list.isEmpty {
      let first = list.removeFirst()
      failures[call] = list
      if let first { throw ErrorNumber(first) }
    }
  }

  private func camera(of device: cv4l2_device) -> FakeCamera { openNodes[device.descriptor] ?? camera }

  func open(_ path: String, converts: Bool) throws(ErrorNumber) -> cv4l2_device {
    try enter(converts ? "v4l2_open" : "open")
    if knowsOnlyItsNodes, nodes[path] == nil { throw ErrorNumber(ENOENT) }
    nextDescriptor += 1
    paths[nextDescriptor] = path
    openNodes[nextDescriptor] = nodes[path] ?? camera
    return cv4l2_device(descriptor: nextDescriptor, converts: converts)
  }

  func close(_ device: cv4l2_device) {
    calls.append("close")
    if openNodes.removeValue(forKey: device.descriptor) == nil { violations.append("closed twice") }
    if openNodes.isEmpty, !mapped.isEmpty { violations.append("closed with buffers mapped") }
  }

  func capability(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_capability {
    try enter("VIDIOC_QUERYCAP", device)
    let camera = camera(of: device)
    var answer = cv4l2_capability()
    setText(&answer.card, camera.card)
    setText(&answer.driver, "fake")
    setText(&answer.bus, camera.bus)
    answer.device_capabilities =
      device.converts ? camera.convertedCapabilities ?? camera.capabilities : camera.capabilities
    return answer
  }

  func formatDescription(
    _ device: cv4l2_device, index: UInt32
  ) throws(ErrorNumber) -> cv4l2_format_description {
    try enter("VIDIOC_ENUM_FMT", device)
    let formats = camera(of: device).formats
    guard index < formats.count else { throw ErrorNumber(EINVAL) }
    let format = formats[Int(index)]
    var answer = cv4l2_format_description()
    answer.pixel_format = format.fourCC.rawValue
    answer.flags = format.flags
    setText(&answer.text, "a format")
    return answer
  }

  func frameSize(
    _ device: cv4l2_device, index: UInt32, pixelFormat: UInt32
  ) throws(ErrorNumber) -> cv4l2_frame_size {
    try enter("VIDIOC_ENUM_FRAMESIZES", device)
    let sizes = camera(of: device).formats.first { $0.fourCC.rawValue == pixelFormat }?.sizes ?? []
    guard index < sizes.count else { throw ErrorNumber(EINVAL) }
    return sizes[Int(index)].answer
  }

  func frameInterval(
    _ device: cv4l2_device, index: UInt32, pixelFormat: UInt32, width: UInt32, height: UInt32
  ) throws(ErrorNumber) -> cv4l2_frame_interval {
    try enter("VIDIOC_ENUM_FRAMEINTERVALS", device)
    let format = camera(of: device).formats.first { $0.fourCC.rawValue == pixelFormat }
    let intervals = format?.sizes.first { $0.contains(width, height) }?.intervals ?? []
    guard index < intervals.count else { throw ErrorNumber(EINVAL) }
    return intervals[Int(index)]
  }

  func format(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_format {
    try enter("VIDIOC_G_FMT", device)
    return camera(of: device).currentFormat
  }

  func setFormat(_ device: cv4l2_device, _ format: cv4l2_format) throws(ErrorNumber) -> cv4l2_format {
    try enter("VIDIOC_S_FMT", device)
    return camera(of: device).grant(format, device.converts)
  }

  func tryFormat(_ device: cv4l2_device, _ format: cv4l2_format) throws(ErrorNumber) -> cv4l2_format {
    try enter("VIDIOC_TRY_FMT", device)
    return camera(of: device).grant(format, device.converts)
  }

  func streamParameters(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_stream_parameters {
    try enter("VIDIOC_G_PARM", device)
    return cv4l2_stream_parameters(settable: false, interval: camera(of: device).ownInterval)
  }

  func setStreamParameters(
    _ device: cv4l2_device, _ parameters: cv4l2_stream_parameters
  ) throws(ErrorNumber) -> cv4l2_stream_parameters {
    try enter("VIDIOC_S_PARM", device)
    return cv4l2_stream_parameters(settable: true, interval: parameters.interval)
  }

  func requestBuffers(_ device: cv4l2_device, count: UInt32) throws(ErrorNumber) -> UInt32 {
    try enter(count == 0 ? "REQBUFS 0" : "VIDIOC_REQBUFS", device)
    if count == 0, !mapped.isEmpty { throw ErrorNumber(EBUSY) }
    queued = []
    return count == 0 ? 0 : camera(of: device).grantedBuffers ?? count
  }

  func buffer(_ device: cv4l2_device, index: UInt32) throws(ErrorNumber) -> cv4l2_buffer {
    try enter("VIDIOC_QUERYBUF", device)
    var answer = cv4l2_buffer()
    answer.index = index
    answer.length = camera(of: device).bufferLength
    answer.offset = index * 4096
    return answer
  }

  func queueBuffer(_ device: cv4l2_device, index: UInt32) throws(ErrorNumber) {
    try enter("VIDIOC_QBUF", device)
    if queued.contains(index) { violations.append("buffer \(index) queued twice") }
    queued.append(index)
  }

  func dequeueBuffer(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_buffer {
    try enter("VIDIOC_DQBUF", device)
    guard !filled.isEmpty else { throw ErrorNumber(EAGAIN) }
    return filled.removeFirst()
  }

  func map(
    _ device: cv4l2_device, length: Int, offset: UInt32
  ) throws(ErrorNumber) -> UnsafeMutableRawBufferPointer {
    try enter("mmap", device)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 4096)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    if let base = memory.baseAddress { mapped[base] = offset / 4096 }
    buffers[offset / 4096] = memory
    return memory
  }

  func unmap(_ device: cv4l2_device, _ memory: UnsafeMutableRawBufferPointer) {
    calls.append("munmap")
    if isStreaming { violations.append("unmapped while streaming") }
    guard let base = memory.baseAddress, let index = mapped.removeValue(forKey: base) else {
      violations.append("unmapped twice")
      return
    }
    buffers[index] = nil
    memory.deallocate()
  }

  func streamOn(_ device: cv4l2_device) throws(ErrorNumber) {
    try enter("VIDIOC_STREAMON", device)
    isStreaming = true
    lastStarted = paths[device.descriptor]
  }

  func streamOff(_ device: cv4l2_device) throws(ErrorNumber) {
    // A stream ends with its device, whatever the call says.
    isStreaming = false
    queued = []
    filled = []
    try enter("VIDIOC_STREAMOFF", device)
  }

  func subscribeToFormatChanges(_ device: cv4l2_device) throws(ErrorNumber) {
    try enter("VIDIOC_SUBSCRIBE_EVENT", device)
    if !camera(of: device).hasEvents { throw ErrorNumber(ENOTTY) }
  }

  func dequeueEvent(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_event {
    try enter("VIDIOC_DQEVENT", device)
    guard !events.isEmpty else { throw ErrorNumber(ENOENT) }
    return cv4l2_event(is_format_change: events.removeFirst())
  }

  func extendedControl(_ device: cv4l2_device, identifier: UInt32) throws(ErrorNumber) -> cv4l2_control {
    try enter("VIDIOC_QUERY_EXT_CTRL", device)
    return try control(after: identifier, of: camera(of: device))
  }

  func control(_ device: cv4l2_device, identifier: UInt32) throws(ErrorNumber) -> cv4l2_control {
    try enter("VIDIOC_QUERYCTRL", device)
    return try control(after: identifier, of: camera(of: device))
  }

  private func control(after identifier: UInt32, of camera: FakeCamera) throws(ErrorNumber) -> cv4l2_control {
    let previous = identifier & ~cv4l2_control_next
    guard let control = camera.controls.first(where: { $0.identifier > previous }) else {
      throw ErrorNumber(EINVAL)
    }
    return control
  }

  func menuItem(
    _ device: cv4l2_device, identifier: UInt32, index: UInt32
  ) throws(ErrorNumber) -> cv4l2_menu_item {
    try enter("VIDIOC_QUERYMENU", device)
    guard let name = camera(of: device).menus[identifier]?[index] else { throw ErrorNumber(EINVAL) }
    var item = cv4l2_menu_item()
    setText(&item.text, name)
    item.value = Int64(name) ?? 0
    return item
  }

  func controlValue(_ device: cv4l2_device, identifier: UInt32) throws(ErrorNumber) -> Int32 {
    try enter("VIDIOC_G_CTRL", device)
    return Int32(truncatingIfNeeded: setControls[identifier] ?? 0)
  }

  func setControl(
    _ device: cv4l2_device, identifier: UInt32, value: Int32
  ) throws(ErrorNumber) -> Int32 {
    try enter("VIDIOC_S_CTRL", device)
    setControls[identifier] = Int64(value)
    return value
  }

  func setExtendedControl(
    _ device: cv4l2_device, identifier: UInt32, is64Bits: Bool, value: Int64
  ) throws(ErrorNumber) -> Int64 {
    try enter("VIDIOC_S_EXT_CTRLS", device)
    setControls[identifier] = value
    return value
  }

  func wait(
    for device: cv4l2_device?, stop: StopSignal, timeoutNanoseconds: UInt64
  ) throws(ErrorNumber) -> DeviceReadiness {
    try enter("poll", device)
    while true {
      if stop.isRaised { return .stopped }
      if device != nil, !filled.isEmpty { return .readable }
      guard device != nil, !happenings.isEmpty else {
        clock += timeoutNanoseconds
        return .timeout
      }
      switch happenings.removeFirst() {
      case .run(let code): code()
      case .answer(let readiness): return readiness
      case .deliver(let deliveries):
        for delivery in deliveries { fill(delivery) }
      }
    }
  }

  /// Lets time pass without anybody waiting.
  func pass(seconds: UInt64) { clock += seconds * 1_000_000_000 }

  var now: MonotonicTime { MonotonicTime(nanoseconds: clock) }

  private func fill(_ delivery: Delivery) {
    // A camera whose buffers are all taken loses the frame.
    guard !queued.isEmpty else { return }
    let index = queued.removeFirst()
    if let memory = buffers[index] { memory.copyBytes(from: delivery.bytes.prefix(memory.count)) }
    var buffer = cv4l2_buffer()
    buffer.index = delivery.claimedIndex ?? index
    buffer.flags = delivery.flags
    buffer.bytes_used = delivery.bytesUsed ?? UInt32(delivery.bytes.count)
    buffer.sequence = delivery.sequence
    buffer.timestamp_seconds = delivery.timestamp.seconds
    buffer.timestamp_microseconds = delivery.timestamp.microseconds
    filled.append(buffer)
  }
}

/// Writes a text into a C array of characters, cut to its room.
func setText<Characters>(_ characters: inout Characters, _ text: String) {
  withUnsafeMutableBytes(of: &characters) { bytes in
    bytes.copyBytes(from: Array(text.utf8.prefix(bytes.count - 1)))
  }
}
