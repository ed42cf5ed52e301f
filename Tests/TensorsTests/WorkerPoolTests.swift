import Foundation
import Synchronization
import Testing

@testable import Tensors

@Suite struct WorkerPoolTests {
  @Test(arguments: [1, 2, 3, 8]) func everyItemIsDoneOnce(workers: Int) {
    let pool = WorkerPool(workerCount: workers)
    for count in [0, 1, 2, 7, 64, 1001] {
      let done = (0..<count).map { _ in Counter() }
      pool.split(count) { part, range in
        #expect(part < workers)
        for index in range { done[index].increment() }
      }
      #expect(done.allSatisfy { $0.value == 1 })
    }
  }

  @Test func rangesStartAtMultiples() {
    let pool = WorkerPool(workerCount: 3)
    pool.split(100, multiple: 16) { _, range in #expect(range.lowerBound % 16 == 0) }
  }

  @Test func manyStepsOfOneGathering() {
    let pool = WorkerPool(workerCount: 4)
    let sum = Counter()
    pool.gathering {
      for _ in 0..<5000 { pool.forEachWorker { _ in sum.increment() } }
    }
    #expect(sum.value == 20_000)
  }

  @Test func poolsOfSeveralThreadsDoNotMeet() async {
    await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let pool = WorkerPool(workerCount: 3)
          let sum = Counter()
          for _ in 0..<500 { pool.forEachWorker { sum.add($0) } }
          return sum.value
        }
      }
      for await sum in group { #expect(sum == 1500) }
    }
  }

  /// Instead of waiting for ever.
  @Test func aSecondThreadEndsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      let pool = WorkerPool(workerCount: 2)
      pool.gathering {
        let thread = Thread { pool.forEachWorker { _ in } }
        thread.start()
        let deadline = ContinuousClock.now + .seconds(30)
        while !thread.isFinished, ContinuousClock.now < deadline {}
      }
    }
  }

  private final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
    func increment() { add(1) }
    func add(_ amount: Int) { count.add(amount, ordering: .relaxed) }
  }
}
