import CV4L2
import Glibc
import Imaging

/// A camera that streams through mapped buffers (V4L2).
///
///     let camera = try V4L2Camera(V4L2Request(device: "/dev/video0"), stop: stop)
///     while case .frame(let frame) = try camera.next() { … }
///
/// ``next()`` always gives the newest frame; those that came meanwhile are counted as
/// ``DropReason/superseded``. The driver's buffer is free again before the frame is returned. Everything is
/// given back when the camera is released.
public final class V4L2Camera: FrameSource {
  /// `/dev/video0 (HD Webcam), 640x480 MJPG at 30 fps`: as agreed with the driver.
  public let description: String
  /// The rate that the driver granted; nil where it says nothing.
  public let nominalFramesPerSecond: Double?

  private let kernel: any V4L2Kernel
  private let stop: StopSignal
  private let path: String
  private let format: CaptureFormat
  private let queue: CaptureQueue
  private let stallLimitSeconds: Double

  private var sequence = SequenceCounter()
  private var drops: [(reason: DropReason, count: UInt64)] = []
  private var lastFrameAt: MonotonicTime
  /// Whether the stream was stopped and started since the last frame.
  private var restarted = false

  /// After how long without a frame ``next()`` reports ``SourceEvent/idle``.
  private static let idleNanoseconds: UInt64 = 2_000_000_000
  /// How many wake-ups without a buffer are believed before waiting a little, and before giving up on this
  /// call: some drivers wake their readers for nothing.
  private static let emptyWakeUpsBelieved = 3
  private static let emptyWakeUpLimit = 200
  private static let pauseNanoseconds: UInt64 = 10_000_000

  /// Opens a camera, agrees with it on a format, and starts it.
  ///
  /// - Parameter stop: Ends a wait for frames when it is raised.
  /// - Throws: ``CaptureError``: not found, not permitted, busy, no camera, no usable format, a control that
  ///   it refuses, or a system call that failed.
  public convenience init(_ request: V4L2Request, stop: StopSignal) throws(CaptureError) {
    try self.init(request, stop: stop, kernel: SystemKernel())
  }

  init(
    _ request: V4L2Request, stop: StopSignal, kernel: any V4L2Kernel,
    directory: DeviceDirectory = DeviceDirectory(), holders: DeviceHolders = DeviceHolders()
  ) throws(CaptureError) {
    let agreement = try Negotiation(
      request: request, kernel: kernel, directory: directory, holders: holders
    ).agree()
    self.kernel = kernel
    self.stop = stop
    path = request.device
    format = agreement.format
    queue = try CaptureQueue(
      device: agreement.device, count: request.bufferCount, minimumBytes: format.minimumFrameBytes)
    stallLimitSeconds = request.stallLimitSeconds.isFinite ? max(request.stallLimitSeconds, 1) : 10
    nominalFramesPerSecond = agreement.framesPerSecond
    description = Self.description(of: agreement, path: request.device)
    lastFrameAt = kernel.now
    try queue.start()
  }

  /// Waits for the newest frame, at most 2 s.
  ///
  /// - Throws: ``CaptureError``: lost, stalled, a driver that answers nonsense, or a system call that failed.
  public func next() throws(CaptureError) -> SourceEvent {
    if let drop = drops.popLast() { return .dropped(reason: drop.reason, count: drop.count) }
    let started = kernel.now
    for wakeUp in 0..<Self.emptyWakeUpLimit {
      if wakeUp > Self.emptyWakeUpsBelieved, try wait(for: Self.pauseNanoseconds, onDevice: false) == .stopped
      {
        return .end
      }
      try restartOrGiveUpIfSilent()
      let waited = kernel.now.nanoseconds(since: started)
      if waited >= Self.idleNanoseconds { return .idle }
      switch try wait(for: min(Self.idleNanoseconds - waited, nanosecondsToNextSilenceStep), onDevice: true) {
      case .stopped: return .end
      case .timeout: continue
      case .gone: throw .deviceLost(path: path)
      case .broken: throw .systemCall(name: "poll", path: path, errno: EIO)
      case .readable: break
      }
      if let frame = try newestFrame() { return .frame(frame) }
      if let drop = drops.popLast() { return .dropped(reason: drop.reason, count: drop.count) }
    }
    return .idle
  }

  /// Takes all filled buffers and makes a frame of the newest good one; nil where none is good. At most as
  /// many as there are buffers, so that a fast camera cannot keep us here.
  private func newestFrame() throws(CaptureError) -> Frame? {
    var newest: (buffer: cv4l2_buffer, number: UInt64)?
    for _ in 0..<queue.count {
      guard let buffer = try queue.dequeue() else { break }
      let (number, lost) = sequence.advance(to: buffer.sequence)
      if lost > 0 { count(.lostBeforeCapture, lost) }
      if let defect = defect(of: buffer) {
        count(defect)
        try queue.queue(buffer.index)
        continue
      }
      if let older = newest {
        count(.superseded)
        try queue.queue(older.buffer.index)
      }
      newest = (buffer, number)
    }
    guard let newest else { return nil }
    let payload = payload(of: newest.buffer)
    try queue.queue(newest.buffer.index)
    guard let payload else {
      count(.undecodable)
      return nil
    }
    lastFrameAt = kernel.now
    restarted = false
    return Frame(
      payload: payload, sequence: newest.number, capturedAt: captureTime(of: newest.buffer, now: lastFrameAt))
  }

  /// What is wrong with a buffer by its description alone.
  private func defect(of buffer: cv4l2_buffer) -> DropReason? {
    if buffer.flags & cv4l2_buffer_flag_error != 0 { return .flaggedByDriver }
    return buffer.bytes_used < format.minimumFrameBytes ? .short : nil
  }

  /// The frame, copied out of the buffer; nil where its bytes make no sense.
  private func payload(of buffer: cv4l2_buffer) -> Frame.Payload? {
    guard let bytes = queue.bytes(of: buffer) else { return nil }
    switch format.pixelFormat.contents {
    case .jpeg: return .jpeg([UInt8](bytes))
    case .raw(let raw):
      let picture = try? raw.picture(
        from: bytes, width: format.width, height: format.height, bytesPerLine: format.bytesPerLine,
        range: format.range)
      return picture.map { .picture($0) }
    }
  }

  /// The driver's time stamp where it is on our clock and possible, else now.
  private func captureTime(of buffer: cv4l2_buffer, now: MonotonicTime) -> MonotonicTime {
    let isMonotonic =
      buffer.flags & cv4l2_buffer_flag_timestamp_mask == cv4l2_buffer_flag_timestamp_monotonic
    guard isMonotonic, (0..<Int64(1) << 32).contains(buffer.timestamp_seconds),
      (0..<1_000_000).contains(buffer.timestamp_microseconds)
    else { return now }
    let stamp = MonotonicTime(
      nanoseconds: UInt64(buffer.timestamp_seconds) * 1_000_000_000
        + UInt64(buffer.timestamp_microseconds) * 1000)
    return stamp.nanoseconds == 0 || stamp > now ? now : stamp
  }

  private func count(_ reason: DropReason, _ number: UInt64 = 1) {
    if let place = drops.firstIndex(where: { $0.reason == reason }) {
      drops[place].count += number
    } else {
      drops.append((reason, number))
    }
  }

  private func wait(
    for nanoseconds: UInt64, onDevice: Bool
  ) throws(CaptureError) -> DeviceReadiness {
    try queue.wait(onDevice: onDevice, stop: stop, timeoutNanoseconds: nanoseconds)
  }

  // MARK: Cameras that fall silent

  private var stallNanoseconds: UInt64 { UInt64(min(stallLimitSeconds, 1e6) * 1e9) }

  /// Until the stream is started anew, or, where that was done, until the camera is given up.
  private var nanosecondsToNextSilenceStep: UInt64 {
    let silence = kernel.now.nanoseconds(since: lastFrameAt)
    let step = restarted ? stallNanoseconds : stallNanoseconds / 2
    return step > silence ? step - silence : 0
  }

  private func restartOrGiveUpIfSilent() throws(CaptureError) {
    guard nanosecondsToNextSilenceStep == 0 else { return }
    if restarted { throw .stalled(path: path, seconds: stallLimitSeconds) }
    restarted = true
    try queue.stop()
    try queue.start()
    sequence.driverRestarted()
  }

  private static func description(of agreement: Negotiation.Agreement, path: String) -> String {
    let format = agreement.format
    var text =
      "\(path) (\(agreement.capability.card)), \(format.width)x\(format.height) \(format.pixelFormat)"
    if agreement.isConverted { text += " converted by libv4l2" }
    if let rate = agreement.framesPerSecond { text += " at \(FrameRateText.text(rate)) fps" }
    return text
  }
}
