import Dispatch
import Foundation
import Training

/// Turns SIGINT and SIGTERM into a request to stop, as long as it is kept.
final class StopSignals {
  /// What the signals ask.
  let request = Trainer.StopRequest()
  private var sources: [any DispatchSourceSignal] = []

  init() {
    sources = [SIGINT, SIGTERM].map { [request] number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { request.stop() }
      source.resume()
      return source
    }
  }

  deinit { sources.forEach { $0.cancel() } }

  /// - Throws: ``CommandFailure/stopped`` once a signal has come.
  func check() throws(CommandFailure) { if request.isStopped { throw .stopped } }
}
