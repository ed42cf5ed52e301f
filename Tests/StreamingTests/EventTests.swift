import Faces
import Foundation
import Imaging
import Pipeline
import TestSupport
import Testing

@testable import Streaming

@Suite(.timeLimit(.minutes(10)))
struct EventTests {
  /// One event as a reader sees it.
  private struct Event: Equatable {
    /// Without what tells the lives of the program apart.
    var id: String?
    var name: String?
    var data: String?
  }

  /// The next event; comments and `retry` are skipped.
  private func nextEvent(_ client: TestClient) throws -> Event {
    while true {
      var event = Event()
      for line in try client.readText(upTo: "\n\n").split(separator: "\n") {
        if line.hasPrefix("id: ") { event.id = line.split(separator: "-").last.map(String.init) }
        if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
        if line.hasPrefix("data: ") { event.data = String(line.dropFirst(6)) }
      }
      if event.data != nil { return event }
    }
  }

  /// The identifier of the first event as it is sent.
  private func identifier(_ client: TestClient) throws -> String {
    _ = try client.readHead()
    _ = try client.readText(upTo: "id: ")
    return try client.readText(upTo: "\n").trimmingCharacters(in: .newlines)
  }

  private func label(_ frame: UInt64, faceCount: Int = 0) -> LabelRecord {
    let face = LabelledFace(
      id: 1, box: PixelRectangle(x: 1, y: 2, width: 30, height: 40), emotion: .anger, confidence: 0.5,
      scores: EmotionScores([0.5, 0.5, 0, 0, 0, 0, 0]), isUncertain: false)
    return LabelRecord(
      wallClockNanoseconds: frame * 1_000_000, frame: frame, width: 640, height: 480,
      faces: Array(repeating: face, count: faceCount))
  }

  private func reader(
    _ test: TestServer, query: String = "", lastEvent: String? = nil, bufferBytes: Int32? = nil
  ) async throws -> TestClient {
    let before = test.server.eventReaderCount
    let client = try test.client(bufferBytes: bufferBytes)
    let field = lastEvent.map { "Last-Event-ID: \($0)\r\n" } ?? ""
    try client.send("GET /events\(query) HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n")
    try await wait { test.server.eventReaderCount == before + 1 }
    return client
  }

  @Test func eachRecordIsAnEventWithTheFramesNumber() async throws {
    try await TestServer.run { test in
      let client = try await reader(test)
      let head = try client.readHead()
      #expect(head.status == 200)
      #expect(head["Content-Type"] == "text/event-stream")
      #expect(head["Cache-Control"] == "no-store")
      #expect(head["Content-Length"] == nil)
      #expect(try client.readText(upTo: "\n\n") == "retry: 2000\n\n")
      for frame in 1...3 {
        let record = label(UInt64(frame), faceCount: frame)
        test.labels.publish(record)
        #expect(try nextEvent(client) == Event(id: "\(frame)", data: record.json))
      }
    }
  }

  @Test func newReaderBeginsWithTheNewestRecords() async throws {
    try await TestServer.run { test in
      for frame in 1...9 { test.labels.publish(label(UInt64(frame))) }
      // Kept: one that leaves while the next comes would be counted.
      var readers: [TestClient] = []
      for (query, first) in [("", "9"), ("?recent=3", "7"), ("?recent=512", "1")] {
        let client = try await reader(test, query: query)
        readers.append(client)
        _ = try client.readHead()
        #expect(try nextEvent(client).id == first, "\(query)")
      }
      let client = try await reader(test, query: "?recent=0")
      test.labels.publish(label(10))
      _ = try client.readHead()
      #expect(try nextEvent(client).id == "10")
    }
  }

  @Test func readerThatComesBackGetsWhatItMissed() async throws {
    try await TestServer.run { test in
      for frame in 1...6 { test.labels.publish(label(UInt64(frame))) }
      let earlier = try await reader(test)
      // Kept: one that leaves while the next comes would be counted.
      defer { withExtendedLifetime(earlier) {} }
      let identifier = try identifier(earlier)
      for frame in 7...9 { test.labels.publish(label(UInt64(frame))) }
      let client = try await reader(test, lastEvent: identifier)
      _ = try client.readHead()
      for id in ["7", "8", "9"] {
        #expect(try nextEvent(client) == Event(id: id, data: label(UInt64(id)!).json))
      }
      test.labels.publish(label(10))
      #expect(try nextEvent(client).id == "10")
    }
  }

  @Test(arguments: ["12345", "-1", "none", "99999999999999999999999", "1-2", "-", "1-", "a-1-2"])
  func readerFromAnotherLifeIsToldOfTheGap(lastEvent: String) async throws {
    try await TestServer.run { test in
      for frame in 1...9 { test.labels.publish(label(UInt64(frame))) }
      let client = try await reader(test, lastEvent: lastEvent)
      _ = try client.readHead()
      #expect(try nextEvent(client) == Event(name: "skipped", data: #"{"records":null}"#))
      #expect(try nextEvent(client).id == "9")
    }
  }

  @Test func aCameraThatBeganAnewHidesNoRecords() async throws {
    try await TestServer.run { test in
      for frame in 1...2 { test.labels.publish(label(UInt64(frame))) }
      let earlier = try await reader(test)
      // Kept: one that leaves while the next comes would be counted.
      defer { withExtendedLifetime(earlier) {} }
      let identifier = try identifier(earlier)
      // The camera came back after frame 3, and its numbers began anew.
      for frame in [3, 1, 2, 3] { test.labels.publish(label(UInt64(frame))) }
      let client = try await reader(test, lastEvent: identifier)
      _ = try client.readHead()
      for frame in [3, 1, 2, 3] { #expect(try nextEvent(client).data == label(UInt64(frame)).json) }
    }
  }

  @Test func whoWasAwayForLongIsToldHowMuchIsMissing() async throws {
    try await TestServer.run { test in
      test.labels.publish(label(1))
      let earlier = try await reader(test)
      // Kept: one that leaves while the next comes would be counted.
      defer { withExtendedLifetime(earlier) {} }
      let identifier = try identifier(earlier)
      let count = HTTPLimits.eventHistoryCount
      for frame in 2...count + 11 { test.labels.publish(label(UInt64(frame))) }
      let client = try await reader(test, lastEvent: identifier)
      _ = try client.readHead()
      #expect(try nextEvent(client) == Event(name: "skipped", data: #"{"records":10}"#))
      #expect(try nextEvent(client).id == "12")
    }
  }

  @Test func changesOfTheCameraAreEventsOfTheirOwn() async throws {
    try await TestServer.run { test in
      let client = try await reader(test)
      _ = try client.readHead()
      let record = CameraRecord(
        wallClockNanoseconds: 0, state: .lost, reason: "unplugged", device: "/dev/video0")
      test.labels.publish(record)
      #expect(try nextEvent(client) == Event(id: "1", name: "camera", data: record.json))
    }
  }

  @Test func silentStreamShowsThatItLives() async throws {
    try await TestServer.run({ $0.eventHeartbeatInterval = .milliseconds(10) }) { test in
      let client = try await reader(test)
      _ = try client.readHead()
      _ = try client.readText(upTo: "\n\n")
      for _ in 1...3 { #expect(try client.readText(upTo: "\n\n") == ": alive\n\n") }
    }
  }

  @Test(arguments: [1, 2])
  func slowReaderIsShownTheNewestAndCostsTheOthersNothing(threadCount: Int) async throws {
    try await TestServer.run({ $0.threadCount = threadCount }) { test in
      let slow = try await reader(test, bufferBytes: 4096)
      let quick = try await reader(test)
      _ = try quick.readHead()
      // Some 40 kB each: together far more than the kernel holds for a reader that takes nothing.
      let count = 300
      for frame in 1...count {
        test.labels.publish(label(UInt64(frame), faceCount: 150))
        #expect(try nextEvent(quick).id == "\(frame)")
      }
      _ = try slow.readHead()
      var ids: [Int] = []
      var skipped = 0
      while ids.last != count {
        let event = try nextEvent(slow)
        if event.name == "skipped" {
          let digits = try #require(event.data).filter(\.isNumber)
          skipped += try #require(Int(digits))
        } else {
          ids.append(try #require(event.id.flatMap { Int($0) }))
        }
      }
      #expect(ids == ids.sorted())
      #expect(ids.count < count / 2)
      // What it was not shown it was told of.
      #expect(ids.count + skipped == count)
    }
  }

  @Test func readerThatFellBehindIsShownThePresentAndNotThePast() async throws {
    try await TestServer.run { test in
      let slow = try await reader(test, bufferBytes: 4096)
      let quick = try await reader(test)
      _ = try quick.readHead()
      // More than the kernel holds for a reader that takes nothing, less than the history: all would be there.
      let largeCount = 20
      let count = 120
      for frame in 1...count {
        test.labels.publish(label(UInt64(frame), faceCount: frame <= largeCount ? 150 : 0))
        #expect(try nextEvent(quick).id == "\(frame)")
      }
      _ = try slow.readHead()
      var smallIds: [String] = []
      while smallIds.last != "\(count)" {
        if let id = try nextEvent(slow).id, id.count > 2 || Int(id)! > largeCount { smallIds.append(id) }
      }
      #expect(smallIds.count < 10)
    }
  }

  @Test func readerThatTakesNothingIsGivenUp() async throws {
    try await TestServer.run({ $0.streamSendTimeout = .milliseconds(20) }) { test in
      let stuck = try await reader(test, bufferBytes: 4096)
      for frame in 1...100 { test.labels.publish(label(UInt64(frame), faceCount: 300)) }
      try await wait { test.server.eventReaderCount == 0 && test.server.clientCount == 0 }
      withExtendedLifetime(stuck) {}
    }
  }

  @Test func readerThatHangsUpIsForgotten() async throws {
    try await TestServer.run { test in
      do {
        let client = try await reader(test)
        withExtendedLifetime(client) {}
      }
      try await wait { test.server.eventReaderCount == 0 && test.server.clientCount == 0 }
      test.labels.publish(label(1))
    }
  }

  @Test func historyIsBoundedInNumberAndBytes() {
    let history = EventHistory(maximumCount: 4, maximumBytes: 1000)
    for frame in 1...10 { history.append(.labels(label(UInt64(frame)))) }
    #expect(history.place(forNewest: 100) == 6)
    let all = history.read(after: 0, maximumLag: nil, maximumBytes: .max)
    #expect(all.count == 4 && all.place == 10 && all.skipped == 6)
    #expect(history.read(after: 6, maximumLag: nil, maximumBytes: 1).count == 1)
    let behind = history.read(after: 6, maximumLag: 3, maximumBytes: .max)
    #expect(behind.count == 1 && behind.place == 10 && behind.skipped == 3)
    #expect(history.read(after: 10, maximumLag: 3, maximumBytes: .max).count == 0)
    // One that is larger than all may be is kept alone.
    history.append(.labels(label(11, faceCount: 20)))
    #expect(history.place(forNewest: 100) == 10)
    #expect(history.read(after: 10, maximumLag: nil, maximumBytes: 1).bytes.readableBytes > 1000)
  }
}
