import Capture
import Pipeline
import Testing

@Suite struct RecordQueueTests {
  @Test func elementsComeInOrder() {
    let queue = RecordQueue<Int>(capacity: 10)
    for number in 0..<3 { queue.append(number) }
    #expect(queue.count == 3)
    #expect(queue.takeAll() == [0, 1, 2])
    #expect(queue.takeAll(until: .now).isEmpty)
  }

  /// A deadline of the monotonic clock lies far in the past on the clock of the day.
  @Test func theDeadlineIsThatOfTheMonotonicClock() {
    let queue = RecordQueue<Int>(capacity: 1)
    let deadline = MonotonicTime.now.advanced(byNanoseconds: 20_000_000)
    #expect(queue.takeAll(until: deadline).isEmpty)
    #expect(MonotonicTime.now >= deadline)
    let second = MonotonicTime.now.advanced(byNanoseconds: 20_000_000)
    queue.append(1)
    queue.waitUnlessFinished(until: second)
    #expect(MonotonicTime.now >= second)
    #expect(queue.takeAll() == [1])
  }

  @Test func theOldestIsDroppedAndCounted() {
    let queue = RecordQueue<Int>(capacity: 3)
    for number in 0..<5 { queue.append(number) }
    #expect(queue.droppedCount == 2)
    #expect(queue.takeAll() == [2, 3, 4])
  }

  @Test func whatIsPutBackComesFirstAndTheOldestGoes() {
    let queue = RecordQueue<Int>(capacity: 4)
    for number in 3..<6 { queue.append(number) }
    queue.putBack([0, 1, 2])
    #expect(queue.droppedCount == 2)
    #expect(queue.takeAll() == [2, 3, 4, 5])
  }

  @Test func whoWaitsForAnElementGetsIt() async {
    let queue = RecordQueue<Int>(capacity: 4)
    async let taken = Task.detached { queue.takeAll() }.value
    queue.append(7)
    #expect(await taken == [7])
  }

  @Test func whoWaitsForRoomGoesOnWhenThereIsSome() async {
    let queue = RecordQueue<Int>(capacity: 1, policy: .wait)
    let appending = Task.detached { for number in 0..<100 { queue.append(number) } }
    var taken: [Int] = []
    while taken.count < 100 { taken += await Task.detached { queue.takeAll() }.value }
    await appending.value
    #expect(taken == Array(0..<100))
    #expect(queue.droppedCount == 0)
  }

  @Test func anEndWakesEverybody() async {
    let queue = RecordQueue<Int>(capacity: 1, policy: .wait)
    queue.append(1)
    let appending = Task.detached { queue.append(2) }
    let waiting = Task.detached {
      queue.waitUnlessFinished(until: .now.advanced(byNanoseconds: 600_000_000_000))
    }
    queue.finish()
    await appending.value
    await waiting.value
    #expect(queue.takeAll().first == 1)
    #expect(queue.takeAll().isEmpty)
    queue.append(3)
    #expect(queue.count == 0)
  }
}
