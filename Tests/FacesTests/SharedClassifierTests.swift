import Dispatch
import Foundation
import Imaging
import Synchronization
import Testing

@testable import Faces

@Suite struct SharedClassifierTests {
  /// Answers each box with a distribution that tells the box, when the gate lets it.
  private final class Gated: BatchClassifier {
    let maximumBatch = 4
    let log: Log

    init(log: Log) { self.log = log }

    func classify(_ boxes: [PixelRectangle], in picture: Picture) -> [EmotionScores] {
      classify(boxes.map { FaceCrop(box: $0, picture: picture) })
    }

    func classify(_ crops: [FaceCrop]) -> [EmotionScores] {
      #expect(log.users.add(1, ordering: .relaxed).newValue == 1)
      log.entered.signal()
      log.gate.wait()
      log.turns.withLock { $0.append(crops.map(\.box.x)) }
      log.users.subtract(1, ordering: .relaxed)
      return crops.map { crop in SharedClassifierTests.scores(crop.box.x) }
    }
  }

  private final class Log: Sendable {
    let gate = DispatchSemaphore(value: 0)
    let entered = DispatchSemaphore(value: 0)
    let users = Atomic<Int>(0)
    let turns = Mutex<[[Int]]>([])
  }

  private static func scores(_ x: Int) -> EmotionScores {
    var values = [Float](repeating: 0, count: Emotion.allCases.count)
    values[x % values.count] = Float(x)
    return EmotionScores(values)
  }

  private func boxes(_ places: [Int]) -> [PixelRectangle] {
    places.map { PixelRectangle(x: $0, y: 0, width: 10, height: 10) }
  }

  @Test func thoseThatWaitShareABatchInTheOrderOfAsking() throws {
    let log = Log()
    let shared = SharedClassifier(Gated(log: log))
    let picture = try Picture(width: 16, height: 16, subsampling: .grey, luma: 0)
    let answered = DispatchSemaphore(value: 0)
    let questions = [[1, 2], [11, 12], [21], [31, 32], [41, 42, 43, 44, 45], [51]]
    for (number, places) in questions.enumerated() {
      let boxes = boxes(places)
      // A thread each: they wait for each other, and a queue has no more threads than it likes.
      Thread.detachNewThread {
        let answer = shared.makeClient().classify(boxes, in: picture)
        #expect(answer == places.map { Self.scores($0) })
        answered.signal()
      }
      if number == 0 {
        log.entered.wait()
      } else {
        // Asked for one after the other, so that the order is known.
        while shared.waitingCount < number { sched_yield() }
      }
    }
    for _ in questions { log.gate.signal() }
    for _ in questions { answered.wait() }
    // Two and one make three, two more would be five; five are more than a batch and go alone.
    #expect(
      log.turns.withLock { $0 } == [[1, 2], [11, 12, 21], [31, 32], [41, 42, 43, 44, 45], [51]])
  }

  @Test func everyThreadGetsItsOwnAnswers() throws {
    let log = Log()
    let shared = SharedClassifier(Gated(log: log))
    let picture = try Picture(width: 16, height: 16, subsampling: .grey, luma: 0)
    for _ in 0..<4_000 { log.gate.signal() }
    let threads = 8
    let done = DispatchSemaphore(value: 0)
    for thread in 0..<threads {
      Thread.detachNewThread {
        let client = shared.makeClient()
        for round in 0..<200 {
          let places = (0..<(round % 4)).map { thread * 1_000 + round * 4 + $0 }
          let answer = client.classify(self.boxes(places), in: picture)
          #expect(answer == places.map { Self.scores($0) })
        }
        done.signal()
      }
    }
    for _ in 0..<threads { done.wait() }
    #expect(shared.waitingCount == 0)
  }
}
