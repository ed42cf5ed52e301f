import CMosquitto
import Capture
import Glibc
import Logging
import Pipeline
import Synchronization

/// Keeps a connection to the broker for as long as the program runs, and sends what is due. Runs on one thread.
final class BrokerLoop {
  /// A connection that lasted this long was a good one: the next failure is a new one.
  private static let lastingSeconds = 30.0

  private let settings: BrokerSettings
  private let news: BrokerNews
  private let stop: StopSignal
  private let report: @Sendable ((inout OutputStatus) -> Void) -> Void
  private let logger: Logger
  private let routes: BrokerPublisher.Routes
  private var outbox = Outbox()
  private var backoff = Backoff()
  private var saidTrouble: String?
  private var connectedAt: MonotonicTime?

  init(
    settings: BrokerSettings, news: BrokerNews, stop: StopSignal, logger: Logger,
    routes: @escaping BrokerPublisher.Routes,
    report: @escaping @Sendable ((inout OutputStatus) -> Void) -> Void
  ) {
    self.settings = settings
    self.news = news
    self.stop = stop
    self.logger = logger
    self.routes = routes
    self.report = report
  }

  /// Returns once the program stops.
  func run() {
    while !stop.isRaised {
      do throws(BrokerFailure) {
        try holdConnection()
      } catch {
        outbox.connectionLost()
        forgiveIfLasting()
        failed(error)
        rest(seconds: backoff.nextSeconds())
      }
    }
  }

  /// Begins anew with waiting and complaining where the connection held for a while. One that the broker takes and ends
  /// at once, as it does with two programs of one client identifier, is a failure each time.
  private func forgiveIfLasting() {
    defer { connectedAt = nil }
    guard let connectedAt,
      MonotonicTime.now >= connectedAt.advanced(byNanoseconds: UInt64(Self.lastingSeconds * 1e9))
    else { return }
    backoff.succeeded()
    saidTrouble = nil
  }

  /// One connection, from its beginning until the program stops; throws when it is lost.
  private func holdConnection() throws(BrokerFailure) {
    guard let session = try connect() else { return }
    greet()
    while !stop.isRaised {
      collect()
      try send(session)
      waitForWork(session)
      try confirm(session.turn(waitingMilliseconds: 0))
      publishFigures()
    }
    try sayGoodbye(session)
  }

  /// Tries the broker's addresses, one after the other; nil where the program stops meanwhile.
  private func connect() throws(BrokerFailure) -> BrokerSession? {
    var failures: Set<String> = []
    for route in try routes(settings.address) {
      guard !stop.isRaised else { return nil }
      do throws(BrokerFailure) {
        let session = try BrokerSession(settings)
        try session.connect(by: route)
        return try isAccepted(session) ? session : nil
      } catch { failures.insert(error.description) }
    }
    // In one order, whatever that of the addresses is: what was said is not said again.
    throw BrokerFailure(description: failures.sorted().joined(separator: "; "))
  }

  /// Waits for the broker's answer; false where the program stops before it.
  private func isAccepted(_ session: BrokerSession) throws(BrokerFailure) -> Bool {
    let deadline = MonotonicTime.now.advanced(byNanoseconds: UInt64(settings.answerSeconds * 1e9))
    while !stop.isRaised {
      if try session.turn(waitingMilliseconds: 50).contains(.accepted) { return true }
      guard MonotonicTime.now < deadline else {
        throw BrokerFailure(description: "no answer within \(Int(settings.answerSeconds)) s")
      }
      collect()
    }
    return false
  }

  /// What every new connection begins with: a broker that was started anew knows nothing.
  private func greet() {
    connectedAt = .now
    logger.notice("mqtt: connected to \(settings.address) as \(settings.clientIdentifier)")
    report { status in
      status.isWorking = true
      status.problem = nil
    }
    outbox.append(availability("online"))
    for message in Discovery(settings: settings).messages { outbox.append(message) }
    news.tellAgain()
  }

  private func availability(_ word: String) -> BrokerMessage {
    BrokerMessage(topic: CameraTopics(prefix: settings.topic).availability, payload: word, isRetained: true)
  }

  private func collect() {
    news.signal.clear()
    for message in news.takeDue(at: .now) { outbox.append(message) }
  }

  private func send(_ session: BrokerSession) throws(BrokerFailure) {
    while let message = outbox.next {
      outbox.sentNext(as: try session.publish(message, quality: settings.quality))
    }
  }

  private func confirm(_ events: [BrokerSession.Event]) {
    for case .delivered(let identifier) in events where outbox.confirm(identifier) {
      report { $0.written += 1 }
    }
  }

  /// Waits until the broker sends something, takes more, something is due, or the program stops.
  private func waitForWork(_ session: BrokerSession) {
    let (socket, forWriting) = session.waiting
    // The library wants a turn each second for its keep-alive.
    let latest = MonotonicTime.now.advanced(byNanoseconds: 1_000_000_000)
    let deadline = min(news.dueAt ?? latest, latest)
    let milliseconds = (deadline.nanoseconds(since: .now) + 999_999) / 1_000_000
    var descriptors = [
      pollfd(fd: socket, events: Int16(POLLIN) | (forWriting ? Int16(POLLOUT) : 0), revents: 0),
      pollfd(fd: news.signal.fileDescriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: stop.fileDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    poll(&descriptors, 3, Int32(milliseconds))
  }

  /// Sends what is left and that nobody is there any more.
  private func sayGoodbye(_ session: BrokerSession) throws(BrokerFailure) {
    let backlogEnd = MonotonicTime.now.advanced(byNanoseconds: UInt64(settings.backlogSeconds * 1e9))
    while outbox.count > 0, MonotonicTime.now < backlogEnd {
      try send(session)
      try confirm(session.turn(waitingMilliseconds: 20))
    }
    // Whatever still waits, this is the last word.
    let farewell = availability("offline")
    let identifier = try session.publish(farewell, quality: settings.quality)
    outbox.sent(farewell, as: identifier)
    let end = MonotonicTime.now.advanced(byNanoseconds: UInt64(settings.farewellSeconds * 1e9))
    while outbox.isUnconfirmed(identifier), MonotonicTime.now < end {
      try confirm(session.turn(waitingMilliseconds: 20))
    }
    // A goodbye makes the broker forget the last will, which says the same where the farewell did not arrive.
    if !outbox.isUnconfirmed(identifier) { session.disconnect() }
    publishFigures()
  }

  /// Waits, and takes in what is due meanwhile.
  private func rest(seconds: Double) {
    let end = MonotonicTime.now.advanced(byNanoseconds: UInt64(seconds * 1e9))
    while MonotonicTime.now < end, !stop.isRaised {
      collect()
      publishFigures()
      DescriptorWait.wait(
        for: [stop.fileDescriptor, news.signal.fileDescriptor], until: min(news.dueAt ?? end, end))
    }
  }

  /// Says what is wrong where it was not said before: a broker that is away for a week fills no log.
  private func failed(_ failure: BrokerFailure) {
    report { status in
      status.isWorking = false
      status.failures += 1
      status.problem = failure.description
    }
    publishFigures()
    guard saidTrouble != failure.description else { return }
    saidTrouble = failure.description
    logger.warning("mqtt: no connection to \(settings.address): \(failure); trying again for ever")
  }

  private func publishFigures() {
    let (waiting, dropped) = (outbox.count, outbox.dropped)
    report { status in
      status.waiting = waiting
      status.dropped = dropped
    }
  }
}
