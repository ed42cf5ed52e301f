import Dispatch
import Glibc

/// What signals mean: SIGTERM and SIGINT ask for an orderly end, a second one ends at once; SIGHUP reads the
/// configuration again; SIGUSR2 hangs the program where that was asked for.
final class DaemonSignals {
  private let sources: [any DispatchSourceSignal]

  /// Returns when the signals are listened to: one that comes before then has its default action, none is lost.
  init(
    stop: @escaping @Sendable () -> Void, reload: @escaping @Sendable () -> Void,
    hang: (@Sendable () -> Void)?
  ) {
    let count = SignalCount()
    var sources = [SIGTERM, SIGINT].map { number in
      Self.source(of: number) {
        if count.increment() > 1 { _exit(128 + number) }
        stop()
      }
    }
    sources.append(Self.source(of: SIGHUP, reload))
    if let hang { sources.append(Self.source(of: SIGUSR2, hang)) }
    self.sources = sources
    let listening = DispatchGroup()
    for source in sources {
      listening.enter()
      source.setRegistrationHandler { listening.leave() }
      source.resume()
    }
    listening.wait()
  }

  func cancel() { for source in sources { source.cancel() } }

  /// Signals wait for each other, so nobody is told of two at once; an end does not wait for a reload.
  private static let reloads = DispatchQueue(label: "reloads")
  private static let ends = DispatchQueue(label: "ends")

  private static func source(
    of number: Int32, _ act: @escaping @Sendable () -> Void
  ) -> any DispatchSourceSignal {
    let isEnd = number == SIGTERM || number == SIGINT
    let source = DispatchSource.makeSignalSource(signal: number, queue: isEnd ? ends : reloads)
    // Not ignored besides, as other systems ask for: on Linux a source listens by a handler of its own, and an ignored
    // signal that comes before that is there is lost.
    source.setEventHandler(handler: act)
    return source
  }
}
