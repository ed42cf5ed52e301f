import Testing

@testable import Publishing

@Suite struct OutboxTests {
  private static func message(_ number: Int) -> BrokerMessage {
    BrokerMessage(topic: "t", payload: String(number), isRetained: false)
  }

  @Test func theOldestIsDroppedAndCounted() {
    var outbox = Outbox()
    for number in 0..<Outbox.capacity + 3 { outbox.append(Self.message(number)) }
    #expect(outbox.dropped == 3)
    #expect(outbox.count == Outbox.capacity)
    #expect(outbox.next == Self.message(3))
  }

  @Test func noMoreThanAWindowIsUnderWay() {
    var outbox = Outbox()
    for number in 0..<Outbox.windowSize + 1 { outbox.append(Self.message(number)) }
    for number in 0..<Outbox.windowSize {
      #expect(outbox.next == Self.message(number))
      outbox.sentNext(as: Int32(number + 1))
    }
    #expect(outbox.next == nil)
    outbox.sent(Self.message(-1), as: 99)
    #expect(outbox.isUnconfirmed(99), "past the window")
    #expect(outbox.confirm(99) == true)
    #expect(!outbox.isUnconfirmed(99))
    #expect(outbox.confirm(1000) == false)
    #expect(outbox.confirm(7) == true)
    #expect(outbox.confirm(7) == false, "confirmed once")
    #expect(outbox.next == Self.message(Outbox.windowSize))
  }

  @Test func whatWasNotConfirmedIsSentAgainFirst() {
    var outbox = Outbox()
    for number in 0..<3 { outbox.append(Self.message(number)) }
    for number in 0..<2 { outbox.sentNext(as: Int32(number)) }
    _ = outbox.confirm(0)
    outbox.connectionLost()
    #expect(outbox.count == 2)
    #expect(outbox.next == Self.message(1))
    outbox.sentNext(as: 7)
    #expect(outbox.next == Self.message(2))
  }

  @Test func waitsGrowToAMinuteAndBeginAnew() {
    var backoff = Backoff()
    #expect((0..<9).map { _ in backoff.nextSeconds(share: 1) } == [1, 2, 4, 8, 16, 32, 60, 60, 60])
    #expect(backoff.nextSeconds(share: 0) == 30)
    backoff.succeeded()
    #expect(backoff.nextSeconds(share: 1) == 1)
  }
}
