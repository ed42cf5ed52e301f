import Capture
import Pipeline
import Testing

@testable import Publishing

@Suite struct BrokerNewsTests {
  private static func news() throws -> BrokerNews {
    BrokerNews(
      BrokerSettings(address: try BrokerAddress("broker.lan"), hostName: "machine", cameraName: "film"))
  }

  private static func time(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: UInt64((1000 + seconds) * 1e9))
  }

  @Test func afterItsEndAFilmIsToldToHaveEndedAndNothingElse() throws {
    let news = try Self.news()
    news.take(.labels(Sample.record([Sample.face(1, .anger)], second: 1)))
    let first = news.takeDue(at: Self.time(0))
    #expect(first.map(\.topic) == ["emotiond/machine/film/camera", "emotiond/machine/film/state"])
    #expect(first.first.map { String(decoding: $0.payload, as: UTF8.self) }?.contains("running") == true)
    news.sourceEnded(at: 2_000_000_000, reason: nil)
    let last = news.takeDue(at: Self.time(10))
    #expect(
      last.map { String(decoding: $0.payload, as: UTF8.self) } == [
        "{\"time\":\"1970-01-01T00:00:02.000Z\",\"host\":\"machine\",\"camera\":\"film\",\"state\":\"ended\"}"
      ])
    // No heartbeat follows.
    #expect(news.dueAt == nil)
    news.tellAgain()
    #expect(news.takeDue(at: Self.time(1000)).map(\.topic) == ["emotiond/machine/film/camera"])
  }

  @Test func whyAFilmEndedIsTold() throws {
    let news = try Self.news()
    news.sourceEnded(at: 0, reason: "no film")
    let text = news.takeDue(at: Self.time(0)).map { String(decoding: $0.payload, as: UTF8.self) }
    #expect(text.first?.contains("\"state\":\"ended\",\"reason\":\"no film\"") == true)
  }
}
