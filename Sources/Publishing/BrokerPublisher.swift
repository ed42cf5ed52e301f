import Capture
import Foundation
import Logging
import Pipeline
import Synchronization

/// Tells an MQTT broker what a camera sees and how it fares, on a thread of its own: a broker that is slow, away or
/// never answers holds up nothing.
///
///     let publisher = BrokerPublisher(settings: settings, logger: logger)
///     let subscription = pipeline.labels.subscribe { publisher.take($0) }
public final class BrokerPublisher: Sendable {
  /// Finds the ways to a broker, the best first.
  typealias Routes = @Sendable (BrokerAddress) throws(BrokerFailure) -> [BrokerRoute]

  private let news: BrokerNews
  private let stop = StopSignal()
  private let fares: Fares
  private let done = DispatchGroup()

  private final class Fares: Sendable {
    let status: Mutex<OutputStatus>

    init(camera: String?) { status = Mutex(OutputStatus(name: "mqtt", camera: camera)) }
  }

  /// Starts to connect, and goes on for ever until ``finish(withinSeconds:)``.
  ///
  /// - Parameters:
  ///   - settings: Which broker is told, and of what.
  ///   - logger: Told of connections that are made and lost, once each.
  public convenience init(settings: BrokerSettings, logger: Logger) {
    self.init(settings: settings, logger: logger) { address throws(BrokerFailure) in
      try BrokerRoute.all(to: address)
    }
  }

  /// - Parameter routes: Asked before each attempt to connect, on the thread of the connection.
  init(settings: BrokerSettings, logger: Logger, routes: @escaping Routes) {
    let news = BrokerNews(settings)
    let fares = Fares(camera: settings.isOneOfSeveral ? settings.cameraName : nil)
    self.news = news
    self.fares = fares
    let (stop, done) = (stop, done)
    done.enter()
    let thread = Thread {
      BrokerLoop(settings: settings, news: news, stop: stop, logger: logger, routes: routes) { change in
        fares.status.withLock { change(&$0) }
      }.run()
      done.leave()
    }
    thread.name = "mqtt"
    thread.start()
  }

  /// Takes a record; returns at once.
  public func take(_ record: LabelStreamRecord) { news.take(record) }

  /// The source came to its end while the program goes on: what was seen last says nothing about now. For sources
  /// that are no cameras, which tell it themselves.
  ///
  /// - Parameter reason: Why, where it failed; for people.
  public func sourceEnded(reason: String? = nil) {
    news.sourceEnded(at: UInt64(max(Date().timeIntervalSince1970, 0) * 1e9), reason: reason)
  }

  /// How it fares.
  public var status: OutputStatus { fares.status.withLock { $0 } }

  /// Sends what waits, says goodbye and ends. A thread that waits for a name server, or with TLS for one of several
  /// addresses, is left behind: the program ends.
  public func finish(withinSeconds seconds: Double) {
    stop.raise()
    _ = done.wait(timeout: .now() + seconds)
  }
}
