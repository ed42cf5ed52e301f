import NIOCore
import NIOHTTP1

/// One client that watches the stream. Used on its connection's event loop.
final class MJPEGViewer: StreamingResponse {
  private let seat: VariantCatalog.Seat
  private let branch: MJPEGBranch
  private var rateLimit: RateLimit?
  private weak var connection: (any StreamConnection)?
  /// The branch's count of the part that was sent last.
  private var shownGeneration: UInt64 = 0
  /// The part that was sent last; only for a viewer that must not see a newer one yet when it is sent again.
  private var shownPart: MultipartFrame?
  private var lastWrite = NIODeadline.now()
  private var isAdmitted = false

  /// - Parameters:
  ///   - seat: Its place in the stream.
  ///   - branch: The stream on its event loop.
  ///   - maximumRate: Frames a second at most; nil for all.
  ///   - resourcePolicy: Which pages may show it.
  init(
    seat: VariantCatalog.Seat, branch: MJPEGBranch, maximumRate: Double?, resourcePolicy: ResourcePolicy
  ) {
    self.seat = seat
    self.branch = branch
    self.resourcePolicy = resourcePolicy
    rateLimit = maximumRate.map(RateLimit.init)
  }

  let resourcePolicy: ResourcePolicy
  let headers: HTTPHeaders = [
    "Content-Type": MultipartFrame.contentType,
    // For the caches and proxies that know no better: nginx would collect the stream before it passes it on.
    "Pragma": "no-cache",
    "Expires": "Thu, 01 Jan 1970 00:00:00 GMT",
    "X-Accel-Buffering": "no",
  ]

  func begin(on connection: any StreamConnection) {
    self.connection = connection
    send(MultipartFrame.opening)
    // The client may have been found gone by now.
    guard self.connection != nil else { return }
    isAdmitted = true
    seat.stream.admit(self, to: branch)
  }

  func connectionBecameWritable() {
    if isAdmitted { branch.showNewestLate(to: self) }
  }

  func connectionClosed() {
    connection = nil
    if isAdmitted { seat.stream.dismiss(self, from: branch) }
    isAdmitted = false
  }

  /// Sends a part unless it was sent before, comes too soon, or the client still takes an earlier one.
  ///
  /// - Returns: Whether it was sent.
  func show(_ part: MultipartFrame, generation: UInt64) -> Bool {
    guard generation != shownGeneration, let connection, connection.isWritable else { return false }
    if rateLimit != nil {
      guard rateLimit?.admits(.now()) == true else { return false }
      shownPart = part
    }
    shownGeneration = generation
    send(part.bytes)
    return true
  }

  /// Ends the stream, unless the client still takes a part: then that has to be over first.
  func leave() {
    guard let connection, connection.isWritable else { return }
    connection.end()
  }

  /// Gives up a client that takes nothing, and sends one that had nothing for a while a part: the newest one,
  /// or the one that it saw last where a newer one would come too soon.
  func lookAfter(
    now: NIODeadline, newest: MultipartFrame?, generation: UInt64, repeatInterval: TimeAmount,
    sendTimeout: TimeAmount
  ) {
    guard let connection else { return }
    if !connection.isWritable {
      if now - lastWrite >= sendTimeout { connection.close() }
    } else if let newest, now - lastWrite >= repeatInterval, !show(newest, generation: generation) {
      send((shownPart ?? newest).bytes)
    }
  }

  private func send(_ bytes: ByteBuffer) {
    lastWrite = .now()
    connection?.write(bytes)
  }
}

/// Lets so many frames a second through, in as even a rhythm as the frames' own times allow.
struct RateLimit {
  private let interval: TimeAmount
  private var next: NIODeadline?

  /// - Parameter framesPerSecond: Positive.
  init(framesPerSecond: Double) { interval = .nanoseconds(Int64(1e9 / framesPerSecond)) }

  /// Whether a frame may pass at this moment, which then counts.
  mutating func admits(_ now: NIODeadline) -> Bool {
    guard let next else {
      self.next = now + interval
      return true
    }
    guard now >= next else { return false }
    // The rhythm goes on where it was; one that was left behind begins anew.
    self.next = next + interval > now ? next + interval : now + interval
    return true
  }
}
