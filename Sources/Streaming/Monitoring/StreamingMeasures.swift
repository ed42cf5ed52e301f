import Capture
import NIOHTTP1
import Pipeline
import Synchronization

/// Counts and clocks of the HTTP server.
final class StreamingMeasures: Sendable {
  /// All of them at one moment.
  struct Figures: Sendable {
    /// From the moment that a frame was taken until it was handed to the kernel for viewers. One duration a frame
    /// and event loop, for the last of the viewers that took it at once; one more for each that took it later.
    var captureToSent = LatencyHistogram()
    /// Parts sent to viewers of a stream, repeated ones left out.
    var framesSent: UInt64 = 0
    /// Records sent to readers of `/events`.
    var eventsSent: UInt64 = 0
    /// Records that a reader of `/events` was too slow for.
    var eventsSkipped: UInt64 = 0
    /// Connections that were closed without a word, because far too many were open.
    var connectionsRefused: UInt64 = 0
    /// Attempts to take a connection that failed.
    var acceptFailures: UInt64 = 0
    /// Requests that were told to come back later, because too many clients were connected.
    var clientsTurnedAway: UInt64 = 0
    /// Viewers that were, because too many watched.
    var viewersTurnedAway: UInt64 = 0
    /// Wrong tokens that were looked at.
    var wrongTokens: UInt64 = 0
    /// Answers by status code.
    var answers: [UInt: UInt64] = [:]
  }

  private let state = Mutex(Figures())

  /// All counts now.
  var figures: Figures { state.withLock { $0 } }

  /// A frame went to so many viewers.
  ///
  /// - Parameter capturedAt: When the frame was taken; nil for a notice in place of a frame.
  func frameSent(to viewerCount: Int, capturedAt: MonotonicTime?) {
    guard viewerCount > 0 else { return }
    let now = MonotonicTime.now
    state.withLock { figures in
      figures.framesSent += UInt64(viewerCount)
      if let capturedAt { figures.captureToSent.record(nanoseconds: now.nanoseconds(since: capturedAt)) }
    }
  }

  func eventsSent(_ count: Int, skipped: UInt64) {
    state.withLock { figures in
      figures.eventsSent += UInt64(count)
      figures.eventsSkipped += skipped
    }
  }

  func connectionRefused() { state.withLock { $0.connectionsRefused += 1 } }

  func acceptFailed() { state.withLock { $0.acceptFailures += 1 } }

  func clientTurnedAway() { state.withLock { $0.clientsTurnedAway += 1 } }

  func viewerTurnedAway() { state.withLock { $0.viewersTurnedAway += 1 } }

  func tokenWasWrong() { state.withLock { $0.wrongTokens += 1 } }

  func answered(_ status: HTTPResponseStatus) { state.withLock { $0.answers[status.code, default: 0] += 1 } }
}
