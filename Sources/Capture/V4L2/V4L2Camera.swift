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

  /// What the driver says of the node.
  let capability: DeviceCapability

  private let kernel: any V4L2Kernel
  private let stop: StopSignal
  private let path: String
  private let format: CaptureFormat
  private let device: OpenDevice
  private var jpegSizes: JPEGSizeCheck
  private let queue: CaptureQueue
  private let stallLimitSeconds: Double

  private var sequence = SequenceCounter()
  private var drops: [(reason: DropReason, count: UInt64)] = []
  /// Since when nothing of use came although it was asked for: the time between two calls of ``next()`` is no
  /// silence of the camera's.
  private var silentSince: MonotonicTime
  private var returnedAt: MonotonicTime
  /// When the driver began to fill buffers. No frame is older.
  private var streamingSince: MonotonicTime
  private var newestStamp = MonotonicTime(nanoseconds: 0)
  /// The newest frame's time, which need not be its stamp.
  private var newestCapture = MonotonicTime(nanoseconds: 0)
  /// Whether the stream was stopped and started since the last frame.
  private var restarted = false

  /// After how long without a frame ``next()`` reports ``SourceEvent/idle``.
  private static let idleNanoseconds: UInt64 = 2_000_000_000
  /// How many wake-ups without a buffer are believed before waiting a little, and before giving up on this
  /// call: some drivers wake their readers for nothing.
  private static let emptyWakeUpsBelieved = 3
  private static let emptyWakeUpLimit = 200
  private static let pauseNanoseconds: UInt64 = 10_000_000
  private static let eventLimit = 64

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
    directory: DeviceDirectory = DeviceDirectory(), holders: DeviceHolders = DeviceHolders(),
    node: String? = nil
  ) throws(CaptureError) {
    let agreement = try Negotiation(
      request: request, kernel: kernel, directory: directory, holders: holders, node: node
    ).agree()
    self.kernel = kernel
    self.stop = stop
    path = request.device
    format = agreement.format
    device = agreement.device
    capability = agreement.capability
    jpegSizes = JPEGSizeCheck(width: format.width, height: format.height)
    queue = try CaptureQueue(
      device: agreement.device, count: request.bufferCount, minimumBytes: format.minimumFrameBytes)
    stallLimitSeconds = request.stallLimitSeconds.isFinite ? max(request.stallLimitSeconds, 1) : 10
    nominalFramesPerSecond = agreement.framesPerSecond
    description = Self.description(
      of: agreement, path: request.device,
      isElsewhere: agreement.device.node != directory.realPath(directory.path(of: request.device)))
    streamingSince = kernel.now
    silentSince = streamingSince
    returnedAt = streamingSince
    try subscribeToFormatChanges()
    try queue.start()
  }

  /// Waits for the newest frame, at most 2 s.
  ///
  /// - Throws: ``CaptureError``: lost, stalled, a driver that answers nonsense, or a system call that failed.
  public func next() throws(CaptureError) -> SourceEvent {
    if let drop = drops.popLast() { return .dropped(reason: drop.reason, count: drop.count) }
    let started = kernel.now
    silentSince = silentSince.advanced(byNanoseconds: started.nanoseconds(since: returnedAt))
    defer { returnedAt = kernel.now }
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
      case .event:
        try takeEvents()
        continue
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
    let content = content(of: newest.buffer)
    try queue.queue(newest.buffer.index)
    switch content {
    case .useless(let reason):
      count(reason)
      return nil
    case .jpegOfOtherSize(let width, let height, let isUsual):
      count(.wrongSize)
      if isUsual { try askAboutSize(width: width, height: height) }
      return nil
    case .good(let payload, let lacksEnd):
      silentSince = kernel.now
      restarted = false
      var frame = Frame(
        payload: payload, sequence: newest.number,
        capturedAt: captureTime(of: newest.buffer, now: silentSince))
      frame.lacksEnd = lacksEnd
      return frame
    }
  }

  /// What is wrong with a buffer by its description alone.
  private func defect(of buffer: cv4l2_buffer) -> DropReason? {
    if buffer.flags & cv4l2_buffer_flag_error != 0 { return .flaggedByDriver }
    return buffer.bytes_used < format.minimumFrameBytes ? .short : nil
  }

  /// What a buffer turned out to hold.
  private enum Content {
    case good(Frame.Payload, lacksEnd: Bool)
    case useless(DropReason)
    case jpegOfOtherSize(width: Int, height: Int, isUsual: Bool)
  }

  /// Looks at a buffer and copies its frame out of it.
  private func content(of buffer: cv4l2_buffer) -> Content {
    guard let bytes = queue.bytes(of: buffer) else { return .useless(.oversized) }
    switch format.pixelFormat.contents {
    case .jpeg: return jpeg(bytes)
    case .raw(let raw):
      let picture = try? raw.picture(
        from: bytes, width: format.width, height: format.height, bytesPerLine: format.bytesPerLine,
        range: format.range)
      return picture.map { .good(.picture($0), lacksEnd: false) } ?? .useless(.undecodable)
    }
  }

  private func jpeg(_ bytes: UnsafeBufferPointer<UInt8>) -> Content {
    guard let outline = JPEGOutline(bytes) else { return .useless(.undecodable) }
    let verdict = jpegSizes.check(width: outline.width, height: outline.height)
    if verdict != .accept {
      return .jpegOfOtherSize(width: outline.width, height: outline.height, isUsual: verdict == .ask)
    }
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count + JPEGOutline.endMarker.count)
    copy.append(contentsOf: bytes)
    // Some cameras leave the end marker out. With one, the decoder can tell such a frame from a cut one.
    if !outline.hasEnd { copy += JPEGOutline.endMarker }
    return .good(.jpeg(copy), lacksEnd: !outline.hasEnd)
  }

  /// The driver's time stamp where it is on our clock and possible, else now: not in the future, not from before the
  /// stream, and later than the stamp before. Stamps that stand still would end what keeps a rhythm by them. No time is
  /// before that of the frame before, which may have been now.
  private func captureTime(of buffer: cv4l2_buffer, now: MonotonicTime) -> MonotonicTime {
    var time = now
    if let stamp = Self.stamp(of: buffer), stamp <= now, stamp >= streamingSince, stamp > newestStamp {
      newestStamp = stamp
      time = min(max(stamp, newestCapture.advanced(byNanoseconds: 1)), now)
    }
    newestCapture = time
    return time
  }

  /// The driver's time stamp; nil where it is on another clock, or none.
  private static func stamp(of buffer: cv4l2_buffer) -> MonotonicTime? {
    let isMonotonic =
      buffer.flags & cv4l2_buffer_flag_timestamp_mask == cv4l2_buffer_flag_timestamp_monotonic
    guard isMonotonic, (0..<Int64(1) << 32).contains(buffer.timestamp_seconds),
      (0..<1_000_000).contains(buffer.timestamp_microseconds)
    else { return nil }
    return MonotonicTime(
      nanoseconds: UInt64(buffer.timestamp_seconds) * 1_000_000_000
        + UInt64(buffer.timestamp_microseconds) * 1000)
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

  // MARK: Formats that change

  /// Most cameras have no such events, which is no failure.
  private func subscribeToFormatChanges() throws(CaptureError) {
    do throws(ErrorNumber) {
      try device.attempt { (kernel, handle) throws(ErrorNumber) in
        try kernel.subscribeToFormatChanges(handle)
      }
    } catch { try device.throwIfLost(error) }
  }

  private func takeEvents() throws(CaptureError) {
    // As many as drivers keep at most; one that has ever more to say is left alone until the next call.
    for _ in 0..<Self.eventLimit {
      var isFormatChange = false
      do throws(ErrorNumber) {
        isFormatChange = try device.attempt { (kernel, handle) throws(ErrorNumber) in
          try kernel.dequeueEvent(handle).is_format_change
        }
      } catch {
        try device.throwIfLost(error)
        return
      }
      if isFormatChange { throw .formatChanged(path: path) }
    }
  }

  /// Frames of another size keep coming: either the driver knows of it, or the camera lies about its size, and what
  /// it sends is what counts.
  private func askAboutSize(width: Int, height: Int) throws(CaptureError) {
    var current: CaptureFormat? = format
    do throws(ErrorNumber) {
      let answer = try device.attempt { (kernel, handle) throws(ErrorNumber) in try kernel.format(handle) }
      current = try? CaptureFormat(checking: answer)
    } catch { try device.throwIfLost(error) }
    if current != format { throw .formatChanged(path: path) }
    jpegSizes.trust(width: width, height: height)
  }

  // MARK: Cameras that fall silent

  private var stallNanoseconds: UInt64 { UInt64(min(stallLimitSeconds, 1e6) * 1e9) }

  /// Until the stream is started anew, or, where that was done, until the camera is given up.
  private var nanosecondsToNextSilenceStep: UInt64 {
    let silence = kernel.now.nanoseconds(since: silentSince)
    let step = restarted ? stallNanoseconds : stallNanoseconds / 2
    return step > silence ? step - silence : 0
  }

  private func restartOrGiveUpIfSilent() throws(CaptureError) {
    guard nanosecondsToNextSilenceStep == 0 else { return }
    if restarted { throw .stalled(path: path, seconds: stallLimitSeconds) }
    restarted = true
    try queue.stop()
    streamingSince = kernel.now
    try queue.start()
    sequence.driverRestarted()
  }

  private static func description(
    of agreement: Negotiation.Agreement, path: String, isElsewhere: Bool
  ) -> String {
    let format = agreement.format
    var text =
      "\(path) (\(agreement.capability.card)), \(format.width)x\(format.height) \(format.pixelFormat)"
    if agreement.isConverted { text += " converted by libv4l2" }
    if isElsewhere { text += ", found as \(agreement.device.node)" }
    if let rate = agreement.framesPerSecond { text += " at \(FrameRateText.text(rate)) fps" }
    return text
  }
}
