import CV4L2
import Glibc

@testable import Capture

/// A kernel that answers anything to anything: plausible values, any values, any errno, in any order. How wild it is
/// changes from seed to seed, so that some runs come far before they meet something odd.
///
/// It keeps books: memory that it gave is its own until it is given back, of exactly the length that was asked for, so
/// that an address sanitizer sees every byte too many.
final class ChaosKernel: V4L2Kernel {
  private var random: FuzzRandom
  /// Of a thousand calls so many fail, and of a thousand values so many are anything.
  private let failures: Int
  private let nonsense: Int
  private let jpegs: [[UInt8]]
  private var clock: UInt64 = 1_000_000_000
  private var mapped: [UnsafeMutableRawPointer: Int] = [:]
  private var openDevices: Set<Int32> = []
  private var nextDescriptor: Int32 = 100
  private var bufferCount: UInt32 = 4
  private var lastIndex: UInt32 = 0
  /// Calls so far: a bound for what a caller does.
  private(set) var callCount = 0
  private(set) var violations: [String] = []

  /// Larger buffers are refused as a machine without memory would.
  private static let largestBuffer = 4 << 20

  init(seed: UInt64, jpegs: [[UInt8]]) {
    var random = FuzzRandom(seed: seed)
    failures = random.pick([0, 0, 2, 20, 200])
    nonsense = random.pick([0, 5, 50, 500])
    self.random = random
    self.jpegs = jpegs
  }

  deinit { for address in mapped.keys { address.deallocate() } }

  var isEverythingReleased: Bool { mapped.isEmpty && openDevices.isEmpty }

  private func enter(_ device: cv4l2_device? = nil) throws(ErrorNumber) {
    callCount += 1
    if let device, !openDevices.contains(device.descriptor) { violations.append("a call on a closed device") }
    if random.chance(failures) {
      throw ErrorNumber(
        random.pick([
          EINTR, EAGAIN, EINVAL, ENODEV, EIO, EBUSY, ENOMEM, EPIPE, ENOTTY, ENXIO, EACCES, ENOENT, ERANGE,
          EPERM,
          Int32.random(in: 0...200, using: &random), .max,
        ]))
    }
  }

  /// What a sane driver says, or anything.
  private func value(_ sane: UInt32) -> UInt32 { random.chance(nonsense) ? random.number() : sane }

  private func fill<Texts>(_ characters: inout Texts) {
    withUnsafeMutableBytes(of: &characters) { bytes in
      for index in bytes.indices.dropLast() { bytes[index] = .random(in: 0...255, using: &random) }
    }
  }

  private var anyFormat: UInt32 { value(random.pick(CameraPixelFormat.all).fourCC.rawValue) }
  private var anySize: (UInt32, UInt32) {
    let size = random.pick([(17, 13), (64, 48), (2, 2), (1, 1), (640, 480)] as [(UInt32, UInt32)])
    return (value(size.0), value(size.1))
  }

  /// A list ends sometime, mostly.
  private func listItem(_ index: UInt32) throws(ErrorNumber) {
    if index >= random.number() % 8, !random.chance(nonsense) { throw ErrorNumber(EINVAL) }
  }

  func open(_ path: String, converts: Bool) throws(ErrorNumber) -> cv4l2_device {
    try enter()
    nextDescriptor += 1
    openDevices.insert(nextDescriptor)
    return cv4l2_device(descriptor: nextDescriptor, converts: converts)
  }

  func close(_ device: cv4l2_device) {
    if openDevices.remove(device.descriptor) == nil { violations.append("closed twice") }
  }

  func capability(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_capability {
    try enter(device)
    var answer = cv4l2_capability()
    fill(&answer.card)
    fill(&answer.bus)
    fill(&answer.driver)
    answer.device_capabilities = value(
      random.chance(850)
        ? cv4l2_capability_video_capture | cv4l2_capability_streaming
        : cv4l2_capability_video_capture_multiplanar | cv4l2_capability_streaming)
    return answer
  }

  func formatDescription(
    _ device: cv4l2_device, index: UInt32
  ) throws(ErrorNumber) -> cv4l2_format_description {
    try enter(device)
    try listItem(index)
    var answer = cv4l2_format_description()
    answer.pixel_format = anyFormat
    answer.flags = value(0)
    fill(&answer.text)
    return answer
  }

  func frameSize(
    _ device: cv4l2_device, index: UInt32, pixelFormat: UInt32
  ) throws(ErrorNumber) -> cv4l2_frame_size {
    try enter(device)
    try listItem(index)
    let (least, most) = (anySize, anySize)
    return cv4l2_frame_size(
      type: value(random.pick([1, 2, 3])), minimum_width: least.0, maximum_width: most.0,
      step_width: value(1),
      minimum_height: least.1, maximum_height: most.1, step_height: value(2))
  }

  func frameInterval(
    _ device: cv4l2_device, index: UInt32, pixelFormat: UInt32, width: UInt32, height: UInt32
  ) throws(ErrorNumber) -> cv4l2_frame_interval {
    try enter(device)
    try listItem(index)
    return cv4l2_frame_interval(type: value(random.pick([1, 2, 3])), minimum: interval, maximum: interval)
  }

  private var interval: cv4l2_fraction { cv4l2_fraction(numerator: value(1), denominator: value(30)) }

  private func answer(to wanted: cv4l2_format) -> cv4l2_format {
    var answer = wanted
    answer.pixel_format = value(wanted.pixel_format)
    answer.width = value(wanted.width)
    answer.height = value(wanted.height)
    answer.bytes_per_line = value(0)
    answer.image_bytes = value(1 << 20)
    answer.field = value(cv4l2_field_none)
    answer.quantization = value(0)
    answer.colorspace = value(0)
    return answer
  }

  func format(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_format {
    try enter(device)
    var wanted = cv4l2_format()
    wanted.pixel_format = anyFormat
    (wanted.width, wanted.height) = anySize
    return answer(to: wanted)
  }

  func setFormat(_ device: cv4l2_device, _ format: cv4l2_format) throws(ErrorNumber) -> cv4l2_format {
    try enter(device)
    return answer(to: format)
  }

  func tryFormat(_ device: cv4l2_device, _ format: cv4l2_format) throws(ErrorNumber) -> cv4l2_format {
    try setFormat(device, format)
  }

  func streamParameters(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_stream_parameters {
    try enter(device)
    return cv4l2_stream_parameters(settable: random.chance(500), interval: interval)
  }

  func setStreamParameters(
    _ device: cv4l2_device, _ parameters: cv4l2_stream_parameters
  ) throws(ErrorNumber) -> cv4l2_stream_parameters {
    try streamParameters(device)
  }

  func requestBuffers(_ device: cv4l2_device, count: UInt32) throws(ErrorNumber) -> UInt32 {
    try enter(device)
    bufferCount = max(value(count), 1)
    return value(count)
  }

  func buffer(_ device: cv4l2_device, index: UInt32) throws(ErrorNumber) -> cv4l2_buffer {
    try enter(device)
    var answer = cv4l2_buffer()
    answer.index = value(index)
    answer.length = value(640 * 480 * 4)
    answer.offset = random.number()
    return answer
  }

  func queueBuffer(_ device: cv4l2_device, index: UInt32) throws(ErrorNumber) { try enter(device) }

  func dequeueBuffer(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_buffer {
    try enter(device)
    if random.chance(300) { throw ErrorNumber(EAGAIN) }
    var answer = cv4l2_buffer()
    lastIndex = (lastIndex + 1) % min(bufferCount, 32)
    answer.index = value(lastIndex)
    answer.flags = value(0x2000)
    answer.bytes_used = value(random.pick([640 * 480 * 2, 400, 500, 17 * 13 * 2, UInt32(jpegs[0].count)]))
    answer.sequence = value(UInt32(truncatingIfNeeded: callCount))
    answer.timestamp_seconds = random.chance(nonsense) ? Int64(bitPattern: random.next()) : 1
    answer.timestamp_microseconds = random.chance(nonsense) ? Int64(bitPattern: random.next()) : 5
    scribble()
    return answer
  }

  /// A driver writes into its buffers whenever it likes.
  private func scribble() {
    guard let (address, length) = mapped.randomElement(using: &random) else { return }
    var bytes = random.pick(jpegs)
    if random.chance(500) { random.damage(&bytes) }
    UnsafeMutableRawBufferPointer(start: address, count: length).copyBytes(from: bytes.prefix(length))
  }

  func map(
    _ device: cv4l2_device, length: Int, offset: UInt32
  ) throws(ErrorNumber) -> UnsafeMutableRawBufferPointer {
    try enter(device)
    guard length > 0, length <= Self.largestBuffer else { throw ErrorNumber(ENOMEM) }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 16)
    if let base = memory.baseAddress { mapped[base] = length }
    return memory
  }

  func unmap(_ device: cv4l2_device, _ memory: UnsafeMutableRawBufferPointer) {
    guard let base = memory.baseAddress, mapped.removeValue(forKey: base) == memory.count else {
      violations.append("unmapped what was not mapped")
      return
    }
    memory.deallocate()
  }

  func streamOn(_ device: cv4l2_device) throws(ErrorNumber) { try enter(device) }
  func streamOff(_ device: cv4l2_device) throws(ErrorNumber) { try enter(device) }

  func subscribeToFormatChanges(_ device: cv4l2_device) throws(ErrorNumber) { try enter(device) }
  func dequeueEvent(_ device: cv4l2_device) throws(ErrorNumber) -> cv4l2_event {
    try enter(device)
    if random.chance(500) { throw ErrorNumber(ENOENT) }
    return cv4l2_event(is_format_change: random.chance(100))
  }

  func extendedControl(_ device: cv4l2_device, identifier: UInt32) throws(ErrorNumber) -> cv4l2_control {
    try enter(device)
    try listItem(UInt32(truncatingIfNeeded: callCount % 9))
    var answer = cv4l2_control()
    answer.identifier = random.chance(800) ? identifier &+ 1 & ~cv4l2_control_next : random.number()
    answer.type = value(random.pick([1, 2, 3, 4, 5, 9]))
    answer.flags = value(0)
    answer.elements = value(1)
    answer.minimum = random.chance(500) ? 0 : Int64(bitPattern: random.next())
    answer.maximum = random.chance(500) ? 255 : Int64(bitPattern: random.next())
    answer.step = random.chance(500) ? 1 : random.next()
    answer.default_value = random.chance(500) ? 128 : Int64(bitPattern: random.next())
    if random.chance(500) { setText(&answer.name, "Brightness") } else { fill(&answer.name) }
    return answer
  }

  func control(_ device: cv4l2_device, identifier: UInt32) throws(ErrorNumber) -> cv4l2_control {
    try extendedControl(device, identifier: identifier)
  }

  func menuItem(
    _ device: cv4l2_device, identifier: UInt32, index: UInt32
  ) throws(ErrorNumber) -> cv4l2_menu_item {
    try enter(device)
    var item = cv4l2_menu_item()
    fill(&item.text)
    item.value = Int64(bitPattern: random.next())
    return item
  }

  func controlValue(_ device: cv4l2_device, identifier: UInt32) throws(ErrorNumber) -> Int32 {
    try enter(device)
    return Int32(bitPattern: random.number())
  }

  func setControl(_ device: cv4l2_device, identifier: UInt32, value: Int32) throws(ErrorNumber) -> Int32 {
    try controlValue(device, identifier: identifier)
  }

  func setExtendedControl(
    _ device: cv4l2_device, identifier: UInt32, is64Bits: Bool, value: Int64
  ) throws(ErrorNumber) -> Int64 {
    try enter(device)
    return Int64(bitPattern: random.next())
  }

  func wait(
    for device: cv4l2_device?, stop: StopSignal, timeoutNanoseconds: UInt64
  ) throws(ErrorNumber) -> DeviceReadiness {
    try enter(device)
    guard device != nil else {
      clock &+= timeoutNanoseconds
      return .timeout
    }
    let others: [DeviceReadiness] = [.gone, .broken, .event, .timeout]
    let readiness = random.chance(nonsense) ? random.pick(others) : .readable
    // Time goes on whatever happens.
    clock &+= readiness == .timeout ? timeoutNanoseconds : UInt64(random.number() % 1000)
    return readiness
  }

  var now: MonotonicTime { MonotonicTime(nanoseconds: clock) }
}
