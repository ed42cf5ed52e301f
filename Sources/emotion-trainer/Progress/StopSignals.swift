import Dispatch
import Foundation
import Training

/// Turns SIGINT and SIGTERM into a request to stop, as long as it is kept.
final class StopSignals {
  /// What the signals ask.
  let request = Trainer.StopRequest()
  private var sources: [any DispatchSourceSignal] = []

  /// Returns when the signals are listened to. They are not ignored before: one that came then would be lost.
  init() {
    let listening = DispatchGroup()
    sources = [SIGINT, SIGTERM].map { [request] number in
      listening.enter()
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setRegistrationHandler { listening.leave() }
      source.setEventHandler { request.stop() }
      source.resume()
      return source
    }
    listening.wait()
  }

  deinit { sources.forEach { $0.cancel() } }

  /// - Parameter failure: What the end of this work is called: ``CommandFailure/stopped``,
  ///   ``CommandFailure/stoppedFresh`` or ``CommandFailure/stoppedWithoutTrace``.
  /// - Throws: `failure` once a signal has come.
  func check(_ failure: CommandFailure) throws(CommandFailure) { if request.isStopped { throw failure } }
}
