import NIOCore
import NIOHTTP1

/// One client that reads `/events`. Used on its connection's event loop.
final class EventReader: StreamingResponse {
  private let history: EventHistory
  private let branch: EventBranch
  private weak var connection: (any StreamConnection)?
  /// Of the record that was sent last.
  private var place: UInt64
  /// Whether the client had all there was at one time; from then on it must keep up.
  private var hasCaughtUp = false
  private var isSending = false
  private var isAdmitted = false
  private var lastWrite = NIODeadline.now()
  /// What the client is told before the first record.
  private let opening: String

  /// - Parameters:
  ///   - history: Where the records are.
  ///   - branch: The readers of its event loop.
  ///   - place: Where it begins: after this one.
  ///   - hasGap: Whether the client may have missed records, nobody knows how many.
  init(history: EventHistory, branch: EventBranch, place: UInt64, hasGap: Bool) {
    self.history = history
    self.branch = branch
    self.place = place
    opening = "retry: 2000\n\n" + (hasGap ? EventReader.skippedEvent(nil) : "")
  }

  let headers: HTTPHeaders = ["Content-Type": "text/event-stream", "X-Accel-Buffering": "no"]

  func begin(on connection: any StreamConnection) {
    self.connection = connection
    send(ByteBuffer(string: opening))
    // The client may have been found gone by now.
    guard self.connection != nil else { return }
    isAdmitted = true
    branch.add(self)
    sendNewRecords()
  }

  func connectionBecameWritable() { if isAdmitted { sendNewRecords() } }

  func connectionClosed() {
    connection = nil
    if isAdmitted { branch.remove(self) }
    isAdmitted = false
  }

  /// Sends what came since the last time, as long as the client takes it.
  func sendNewRecords() {
    // Writing may bring us back here, by way of the channel's writability.
    guard !isSending else { return }
    isSending = true
    defer { isSending = false }
    while let connection, connection.isWritable {
      let reading = history.read(
        after: place, maximumLag: hasCaughtUp ? HTTPLimits.eventLagCount : nil,
        maximumBytes: HTTPLimits.eventChunkBytes)
      guard reading.count > 0 else {
        hasCaughtUp = true
        return
      }
      place = reading.place
      branch.measures.eventsSent(reading.count, skipped: reading.skipped)
      var bytes = ByteBuffer(string: reading.skipped > 0 ? Self.skippedEvent(reading.skipped) : "")
      bytes.writeImmutableBuffer(reading.bytes)
      send(bytes)
    }
  }

  /// Gives up a client that takes nothing, and shows one that had nothing for a while that the daemon lives.
  func lookAfter(now: NIODeadline, heartbeatInterval: TimeAmount, sendTimeout: TimeAmount) {
    guard let connection else { return }
    if !connection.isWritable {
      if now - lastWrite >= sendTimeout { connection.close() }
    } else if now - lastWrite >= heartbeatInterval {
      send(ByteBuffer(string: ": alive\n\n"))
    }
  }

  /// Tells that records are missing before the next one: how many, or null where nobody knows.
  private static func skippedEvent(_ count: UInt64?) -> String {
    "event: skipped\ndata: {\"records\":\(count.map(String.init) ?? "null")}\n\n"
  }

  private func send(_ bytes: ByteBuffer) {
    lastWrite = .now()
    connection?.write(bytes)
  }
}

/// `/events`: every label record as a server-sent event (WHATWG HTML, section 9.2), and an event `camera` whenever the
/// camera's state changes; the `id` tells them apart across the camera's and the program's lives.
///
/// A client that comes back says in `Last-Event-ID` what it had last, and gets what came after it, as far as it is
/// kept. Others begin with the newest record, or with so many of the newest ones as `?recent=` says. Where records
/// are missing an event `skipped` says how many.
struct EventResponder: Responder {
  let stream: EventStream

  func answer(_ request: Request, on eventLoop: any EventLoop) throws(Refusal) -> Answer {
    let recent = try request.integer("recent", 0...HTTPLimits.eventHistoryCount)
    guard let branch = stream.branch(on: eventLoop) else {
      throw Refusal(.serviceUnavailable, "The events are not there.")
    }
    let history = stream.history
    let lastPlace = request.lastEventIdentifier.flatMap(history.place(of:))
    return .stream(
      EventReader(
        history: history, branch: branch, place: lastPlace ?? history.place(forNewest: recent ?? 1),
        hasGap: request.lastEventIdentifier != nil && lastPlace == nil))
  }
}
