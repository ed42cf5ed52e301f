import CV4L2
import Glibc
import Imaging

/// The driver's buffers, mapped into this process, and the stream that fills them. Stopped, unmapped and
/// given back when it is released.
final class CaptureQueue {
  /// One buffer: its memory, and whether the driver has it.
  private struct Slot {
    let memory: UnsafeMutableRawBufferPointer
    var isQueued: Bool
  }

  private let device: OpenDevice
  private var slots: [Slot] = []
  private var isStreaming = false

  /// Beyond this no frame is right: four bytes for each pixel of the largest picture.
  private static let maximumBufferBytes = 4 * Picture.maximumPixels
  /// What the kernel's queues hold at most (VIDEO_MAX_FRAME).
  private static let maximumBufferCount: UInt32 = 32

  /// Asks for buffers, takes as many as are granted, and maps them.
  ///
  /// - Parameters:
  ///   - count: 2 to 32; others are brought there.
  ///   - minimumBytes: What each buffer must hold.
  init(device: OpenDevice, count: Int, minimumBytes: Int) throws(CaptureError) {
    self.device = device
    let wanted = min(max(UInt32(clamping: count), 2), Self.maximumBufferCount)
    let granted = try device.require("VIDIOC_REQBUFS") { (kernel, handle) throws(ErrorNumber) in
      try kernel.requestBuffers(handle, count: wanted)
    }
    guard granted > 0 else {
      throw .systemCall(name: "VIDIOC_REQBUFS", path: device.path, errno: ENOMEM)
    }
    for index in 0..<min(granted, Self.maximumBufferCount) {
      try mapBuffer(index, minimumBytes: minimumBytes)
    }
  }

  deinit {
    // Errors are of no interest: a device that is gone refuses all of this and is still closed afterwards.
    if isStreaming {
      _ = try? device.attempt { (kernel, handle) throws(ErrorNumber) in try kernel.streamOff(handle) }
    }
    for slot in slots { device.kernel.unmap(device.handle, slot.memory) }
    _ = try? device.attempt { (kernel, handle) throws(ErrorNumber) in
      try kernel.requestBuffers(handle, count: 0)
    }
  }

  /// How many buffers there are.
  var count: Int { slots.count }

  /// Gives the driver all buffers that it does not have, and starts the stream.
  func start() throws(CaptureError) {
    for index in slots.indices where !slots[index].isQueued { try queue(UInt32(index)) }
    try device.require("VIDIOC_STREAMON") { (kernel, handle) throws(ErrorNumber) in
      try kernel.streamOn(handle)
    }
    isStreaming = true
  }

  /// Stops the stream, which takes all buffers from the driver.
  func stop() throws(CaptureError) {
    isStreaming = false
    try device.require("VIDIOC_STREAMOFF") { (kernel, handle) throws(ErrorNumber) in
      try kernel.streamOff(handle)
    }
    for index in slots.indices { slots[index].isQueued = false }
  }

  /// The next filled buffer; nil where there is none yet. It stays out of the queue until ``queue(_:)``.
  ///
  /// - Throws: ``CaptureError/unreadable(path:reason:)`` where the driver names a buffer that it does not
  ///   have, beside what the call itself may fail with.
  func dequeue() throws(CaptureError) -> cv4l2_buffer? {
    let buffer: cv4l2_buffer
    do throws(ErrorNumber) {
      buffer = try device.attempt { (kernel, handle) throws(ErrorNumber) in try kernel.dequeueBuffer(handle) }
    } catch  where error.value == EAGAIN {
      return nil
    } catch {
      throw device.captureError(error, call: "VIDIOC_DQBUF")
    }
    guard let index = Int(exactly: buffer.index), slots.indices.contains(index), slots[index].isQueued else {
      throw .unreadable(
        path: device.path,
        reason: "the driver returned buffer \(buffer.index), which it does not have (of \(slots.count))")
    }
    slots[index].isQueued = false
    return buffer
  }

  /// Gives a buffer to the driver.
  func queue(_ index: UInt32) throws(CaptureError) {
    try device.require("VIDIOC_QBUF") { (kernel, handle) throws(ErrorNumber) in
      try kernel.queueBuffer(handle, index: index)
    }
    slots[Int(index)].isQueued = true
  }

  /// Waits for a filled buffer, or for the time alone, but never beyond the stop signal.
  func wait(
    onDevice: Bool, stop: StopSignal, timeoutNanoseconds: UInt64
  ) throws(CaptureError) -> DeviceReadiness {
    try device.require("poll") { (kernel, handle) throws(ErrorNumber) in
      try kernel.wait(for: onDevice ? handle : nil, stop: stop, timeoutNanoseconds: timeoutNanoseconds)
    }
  }

  /// The bytes of a dequeued buffer that hold its frame; nil where the driver claims more than there are.
  /// Valid until the buffer is queued again.
  func bytes(of buffer: cv4l2_buffer) -> UnsafeBufferPointer<UInt8>? {
    let memory = slots[Int(buffer.index)].memory
    guard let used = Int(exactly: buffer.bytes_used), used <= memory.count else { return nil }
    return UnsafeBufferPointer(
      UnsafeMutableRawBufferPointer(rebasing: memory[..<used]).assumingMemoryBound(to: UInt8.self))
  }

  private func mapBuffer(_ index: UInt32, minimumBytes: Int) throws(CaptureError) {
    let buffer = try device.require("VIDIOC_QUERYBUF") { (kernel, handle) throws(ErrorNumber) in
      try kernel.buffer(handle, index: index)
    }
    let length = Int(buffer.length)
    guard length >= max(minimumBytes, 1), length <= Self.maximumBufferBytes else {
      throw .unreadable(
        path: device.path,
        reason: "the driver's buffers have \(length) bytes, at least \(minimumBytes) are needed")
    }
    let memory = try device.require("mmap") { (kernel, handle) throws(ErrorNumber) in
      try kernel.map(handle, length: length, offset: buffer.offset)
    }
    slots.append(Slot(memory: memory, isQueued: false))
  }
}
